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
% Of HDF5 Octave reads neither attributes (region, the definition) nor flags nor
% texts beyond ASCII: dataset.h5 stops it at é, plain.h5 is the same without it.
r = load('rdms.h5'); r.dissimilarities, r.pattern_descriptors.condition, r.rdm_descriptors.subject, r.rdm_descriptors.time'
d = load('plain.h5'); class(d.measurements), size(d.measurements), squeeze(d.measurements(:, :, 1)), d.times'
d.observation.condition, d.observation.my_label, d.channel.name, d.channel.position, d.description
