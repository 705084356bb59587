% Shows what Octave reads in the files that isocortex wrote; read.m.txt is what
% it printed. GNU Octave 7.3.0: octave-cli read.m
load rdms.mat
size(RDMs), fieldnames(RDMs)'
for r = RDMs
  printf('%s | %s | %s at %g s\n', r.name, r.subject, r.region, r.time); disp(r.RDM)
end
conditions', isocortex
load dataset.mat
class(measurements), size(measurements), squeeze(measurements(1, :, :)), times'
observation, channel, description
