package fif

import "fmt"

// A kind says what a tag is.
type kind uint32

// Kinds of tags.
const (
	fileID           kind = 100
	directoryPointer kind = 101
	directory        kind = 102
	blockID          kind = 103
	blockStart       kind = 104
	blockEnd         kind = 105
	freeList         kind = 106
	end              kind = 108

	referenceRole   kind = 115
	referenceID     kind = 116
	referenceNumber kind = 117
	referenceName   kind = 118

	channelCount   kind = 200
	samplingRate   kind = 201
	dataPack       kind = 202
	channelInfo    kind = 203
	measured       kind = 204
	comment        kind = 206
	firstIndex     kind = 208
	lastIndex      kind = 209
	lowpass        kind = 219
	coordTransform kind = 222
	highpass       kind = 223
	itemName       kind = 233
	lineFrequency  kind = 235
	channelCoil    kind = 250 // to 258: the fields of a channel one by one
	channelName    kind = 258

	digitized kind = 213

	sssOrder      kind = 266
	sssComponents kind = 269

	averageCount kind = 207
	aspectKind   kind = 210
	timeCount    kind = 228
	firstTime    kind = 229

	rowNames           kind = 3502
	covarianceSize     kind = 3531
	covarianceTriangle kind = 3532
	covarianceDiagonal kind = 3533
	covarianceFreedom  kind = 3536

	dataBuffer    kind = 300
	dataSkip      kind = 301
	epochData     kind = 302
	dataSkipTimes kind = 303

	projectionKind    kind = 3411
	projectionCount   kind = 3414
	projectionVectors kind = 3415
	projectionNames   kind = 3417
	projectionActive  kind = 3560

	icaInterface  kind = 3601
	icaWhitener   kind = 3603
	icaDirections kind = 3604
	icaVariance   kind = 3605
	icaMean       kind = 3606
	icaUnmixing   kind = 3607
	icaExcluded   kind = 3608
	icaMore       kind = 3609

	frame       kind = 3506
	channelList kind = 3507
	eventList   kind = 3561
	rangeStart  kind = 3568
	rangeEnd    kind = 3569

	epochsSelection kind = 3800
	epochsDropped   kind = 3801
)

// String names the kind for people.
func (k kind) String() string {
	if name, known := map[kind]string{
		fileID: "file identifier", directoryPointer: "pointer to the directory", directory: "directory",
		blockStart: "start of a block", blockEnd: "end of a block", channelCount: "number of channels",
		samplingRate: "sampling rate", channelInfo: "channel", measured: "date of measurement", comment: "comment",
		firstIndex: "first sample", lastIndex: "last sample", coordTransform: "coordinate transform", digitized: "digitized point",
		dataBuffer: "data buffer", dataSkip: "data skip", dataSkipTimes: "data skip", projectionVectors: "projection vectors",
		channelList: "list of bad channels", eventList: "list of events", rangeStart: "onsets of annotations",
		rangeEnd: "ends of annotations", referenceName: "name of the next part",
		rowNames: "names of channels", icaWhitener: "whitener", icaDirections: "directions of variance", icaVariance: "variances",
		icaMean: "mean", icaUnmixing: "unmixing matrix", icaExcluded: "excluded components",
	}[k]; known {
		return name
	}
	return fmt.Sprintf("tag %d", uint32(k))
}

// A block says what a block of tags is about.
type block uint32

// Kinds of blocks.
const (
	measurement     block = 100
	measurementInfo block = 101
	rawData         block = 102
	processedData   block = 103
	evoked          block = 104
	aspect          block = 105
	digitization    block = 107
	headCoils       block = 109
	continuousData  block = 112
	channelBlock    block = 113
	reference       block = 118
	shieldedData    block = 119
	projections     block = 313
	projection      block = 314
	covariance      block = 355
	badChannels     block = 359
	events          block = 361
	sssInfo         block = 502
	history         block = 900
	epochs          block = 373
	oldEpochs       block = 122
	components      block = 374
	annotations     block = 3810
	metadata        block = 3811
)

// Types of data, without the flags of matrices.
const (
	formInt16      = 2
	formInt32      = 3
	formFloat32    = 4
	formFloat64    = 5
	formUint32     = 8
	formString     = 10
	formDAU13      = 13
	formDAU14      = 14
	formDAU        = 16
	formComplex64  = 20
	formComplex128 = 21
	formChannel    = 30
	formID         = 31
	formPoint      = 33
	formTransform  = 35

	formMask  = 0xffff
	dense     = 0x4000_0000
	flagsMask = 0xffff_0000
)

// Bytes of structures.
const (
	idSize        = 20
	channelSize   = 96
	pointSize     = 20
	transformSize = 104
)
