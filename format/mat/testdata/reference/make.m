% Writes the variables of zoo_test.go in three versions. Run in this folder:
%     octave-cli make.m
% The files here were made by Octave 7.3.0, which cannot read back the sparse
% truth values (masks) that it writes.
matrix = [1 2 3; 4 5 6.5];
counts = [1 2 300; -4 5 6];
undefined = [NaN Inf -Inf];
none = zeros(0, 3);
word = 'face';
lines = ['abc'; 'de '];
nothing = '';
phases = [1+2i, 3-4i; 0.5, 1i];
scattered = sparse([1 3 2], [1 1 4], [1.5 -2 3], 3, 4);
save('-v4', 'octave_v4.mat', 'matrix', 'counts', 'undefined', 'none', 'word', 'lines', 'nothing', 'phases', 'scattered');

foreign = 'Häuser 脳';
short = single([0.1 -2]);
i8 = int8([-128 127]); u8 = uint8([0 255]); i16 = int16([-32768 32767]); u16 = uint16([0 65535]);
i32 = int32([intmin('int32') intmax('int32')]); u32 = uint32([0 intmax('uint32')]);
i64 = [intmin('int64') intmax('int64')]; u64 = [uint64(0) intmax('uint64')];
truth = [true false; false true; true true];
cube = reshape(1:24, 2, 3, 4);
pages = cat(3, ['ab'; 'cd'; 'ef'], ['gh'; 'ij'; 'kl']);
cells = {1, 'two'; [], {3}};
nocells = cell(0, 2);
scalar = struct('first', 1, 'second', 'x');
stack = struct('RDM', {1, 2; 3, [4 5]}, 'name', {'a', 'b'; 'c', 'd'});
bare = repmat(struct(), 1, 3);
waves = sparse([1 2], [1 3], [1i 2-3i], 2, 3);
all = {'matrix', 'counts', 'undefined', 'none', 'word', 'lines', 'nothing', 'phases', 'scattered', 'foreign', 'short', ...
       'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'truth', 'cube', 'pages', 'cells', 'nocells', 'scalar', 'stack', 'bare', 'waves'};
save('-v6', 'octave_v6.mat', all{:});
save('-v7', 'octave_v7.mat', all{:});
