% Makes the Meadows_*.mat, in the layout of files that Meadows gives to researchers.
% GNU Octave 7.3.0: octave-cli meadows.m
stimuli = ['cat.png  '; 'house.png'; 'owl.png  '];
rdmutv = [0.1 0.2 0.3];
save('-v7', 'Meadows_animals_v_v1_cuddly-bunny_3_1D.mat', 'stimuli', 'rdmutv');
stimuli_cuddly_bunny = stimuli;
stimuli_able_mole = ['owl.png'; 'cat.png'; 'dog.png'];
rdmutv_cuddly_bunny = rdmutv;
rdmutv_able_mole = [0.4 0.5 0.6];
save('-v7', 'Meadows_animals_v_v1_arrangement_1D.mat', 'stimuli_cuddly_bunny', 'rdmutv_cuddly_bunny', 'stimuli_able_mole', 'rdmutv_able_mole');
