// Package simulate makes stimuli, a network and brain responses whose truth is
// known, so that a whole analysis can be tried, and tested, without any file
// from elsewhere.
//
//	pictures := simulate.Pictures()          // sixty shapes, letters and faces
//	model, err := simulate.Network()         // four layers, weights by formula
//	subject, err := simulate.Brain{...}.Subject(layers, 0)
//
// What is planted in the responses is said by [Brain]: which layer they follow,
// when, and how much noise covers it.
package simulate

import _ "embed" // for the study

// Study is the study file of the demonstration. Its paths are those that the
// step "simulate" writes.
//
//go:embed study.yaml
var Study string

// StudyOfMEG is the study file of recordings of MEG that the step "simulate" writes.
//
//go:embed studymeg.yaml
var StudyOfMEG string

// StudyOfEEG is that of EEG.
//
//go:embed studyeeg.yaml
var StudyOfEEG string
