% Makes octave_dataset.mat and octave_toolbox.mat, as people save such things.
% GNU Octave 7.3.0: octave-cli make.m
measurements = permute(reshape(1:12, [2 3 2]), [3 2 1]);
times = [0 0.1];
observation.condition = {'face', 'house'};
observation.run = [1; 2];
channel.name = ['Fz'; 'Cz'; 'Pz'];
description.subject = 'ann';
save('-v7', 'octave_dataset.mat', 'measurements', 'times', 'observation', 'channel', 'description');

square = [0 1 2; 1 0 3; 2 3 0];
people = {'BE', 'KO'};
for subject = 1:2
  for session = 1:2
    sessions(1, subject, session) = struct('RDM', single(square), 'name', sprintf('hIT | %s | Session: %d', people{subject}, session), 'color', [0 0 1]);
  end
end
vector = [1 2 3]; % squareform(square), which the statistics package has
numbered = struct('RDM', {vector, vector; vector, vector'}, 'name', {'a', 'c'; 'b', 'd'});
unnamed = struct('RDM', {square, uint8(square)});
save('-v7', 'octave_toolbox.mat', 'sessions', 'numbered', 'unnamed');
