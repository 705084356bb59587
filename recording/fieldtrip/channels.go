package fieldtrip

import (
	"regexp"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/recording"
)

// described is what a part of the structure says of channels, in its order.
type described struct {
	labels, types, units []string
}

// describes reads labels, types and units of channels.
func (r record) describes() (d described, err error) {
	if d.labels, err = r.texts("label"); err != nil {
		return d, err
	}
	if d.types, err = r.texts("chantype"); err != nil {
		return d, err
	}
	if d.units, err = r.texts("chanunit"); err != nil {
		return d, err
	}
	for i, list := range [][]string{d.types, d.units} {
		if list != nil && len(list) != len(d.labels) {
			return d, r.wrong([]string{"chantype", "chanunit"}[i], "%d entries for %d labels", len(list), len(d.labels))
		}
	}
	return d, nil
}

// of returns what is said of a channel; "" where it says nothing.
func (d described) of(label string) (kind, unit string) {
	i := slices.Index(d.labels, label)
	if i < 0 {
		return "", ""
	}
	if d.types != nil && !strings.EqualFold(d.types[i], "unknown") {
		kind = d.types[i]
	}
	if d.units != nil && !strings.EqualFold(d.units[i], "unknown") {
		unit = d.units[i]
	}
	return kind, unit
}

// readChannels tells what the channels are: by hdr first, then by their sensors,
// then by their names.
func (e *Epochs) readChannels(r record, names []string) error {
	var header described
	hdr, found, err := r.record("hdr")
	if err != nil {
		return err
	}
	if found {
		if header, err = hdr.describes(); err != nil {
			return err
		}
	}
	arrays, err := e.readArrays(r, hdr, found)
	if err != nil {
		return err
	}
	for _, name := range names {
		c := recording.Channel{Name: name, Position: recording.Nowhere, Reference: recording.Nowhere, Frame: recording.Head}
		kind, unit := header.of(name)
		for i := range arrays {
			a := &arrays[i]
			a.place(&c)
			k, u := a.of(name)
			if kind == "" {
				kind = k
			}
			if unit == "" {
				unit = a.recorded(u)
			}
		}
		c.Kind = kindOf(kind, name)
		gain, known := e.measure(&c, unit)
		if !known {
			e.header.Warn("channel %s is in %q, which is no unit of what it measures: it is read as it is", name, unit)
		}
		c.Coil = coilOf(c, arrays)
		e.header.Channels = append(e.header.Channels, c)
		e.signal.gains = append(e.signal.gains, gain)
	}
	return nil
}

// kinds are those of FieldTrip's types of channels, which it has in small
// letters and BIDS in large ones.
var kinds = map[string]recording.Kind{
	"megmag": recording.Magnetometer, "megplanar": recording.Gradiometer, "meggradplanar": recording.Gradiometer,
	"meggrad": recording.Gradiometer, "megaxial": recording.Gradiometer, "meggradaxial": recording.Gradiometer, "meg": recording.Magnetometer,
	"ref": recording.ReferenceCoil, "refmag": recording.ReferenceCoil, "refgrad": recording.ReferenceCoil, "refplanar": recording.ReferenceCoil,
	"eeg": recording.EEG, "eog": recording.EOG, "heog": recording.EOG, "veog": recording.EOG, "ecg": recording.ECG, "emg": recording.EMG,
	"seeg": recording.SEEG, "ecog": recording.ECoG, "ieeg": recording.ECoG, "dbs": recording.Depth,
	"stim": recording.Stim, "trig": recording.Stim, "trigger": recording.Stim, "analog trigger": recording.Stim, "digital trigger": recording.Stim, "other trigger": recording.Stim,
	"resp": recording.Respiration, "respiration": recording.Respiration,
	"headloc": recording.HeadPosition, "headloc_gof": recording.HeadPosition, "hlu": recording.HeadPosition,
}

// named are the names that systems give to channels.
var named = []struct {
	name *regexp.Regexp
	kind recording.Kind
}{
	{regexp.MustCompile(`(?i)^MEG ?\d{3}1$`), recording.Magnetometer},
	{regexp.MustCompile(`(?i)^MEG ?\d{3}[23]$`), recording.Gradiometer},
	{regexp.MustCompile(`^M[LRZ][CFOPT]\d\d`), recording.Magnetometer},
	{regexp.MustCompile(`(?i)^[HV]?EOG`), recording.EOG},
	{regexp.MustCompile(`(?i)^E[CK]G`), recording.ECG},
	{regexp.MustCompile(`(?i)^EMG`), recording.EMG},
	{regexp.MustCompile(`(?i)^(STI|Status$|TRIG|UPPT)`), recording.Stim},
	{regexp.MustCompile(`(?i)^EEG`), recording.EEG},
	{regexp.MustCompile(`^(Fp|AFp|AF|AFF|F|FT|FFT|FC|FFC|T|C|FCC|TP|TTP|CP|CCP|P|TPP|CPP|PO|PPO|O|POO|I|OI|N|A|M)(z|\d\d?h?)$`), recording.EEG},
	{regexp.MustCompile(`^[A-H]([1-9]|[12]\d|3[0-2])$`), recording.EEG}, // of BioSemi
}

// kindOf returns the kind of a channel by its type, or else by its name.
func kindOf(kind, name string) recording.Kind {
	if k, found := kinds[strings.ToLower(kind)]; found {
		return k
	}
	if kind != "" {
		return recording.Other
	}
	for _, n := range named {
		if n.name.MatchString(name) {
			return n.kind
		}
	}
	return recording.Other
}

// measure gives a channel its unit, and returns how the file's numbers become
// that: of what no unit is known, SI is taken to be.
func (e *Epochs) measure(c *recording.Channel, unit string) (gain float64, known bool) {
	switch c.Kind {
	case recording.Magnetometer, recording.ReferenceCoil:
		c.Unit = "T"
	case recording.Gradiometer:
		c.Unit = "T/m"
	case recording.EEG, recording.EOG, recording.ECG, recording.EMG, recording.SEEG, recording.ECoG, recording.Depth:
		c.Unit = "V"
	default:
		return 1, true
	}
	if unit == "" {
		return 1, true
	}
	si, gain, known := recording.SI(unit)
	if c.Kind == recording.Gradiometer && si == "T" { // an axial one
		c.Kind, c.Unit = recording.Magnetometer, "T"
	}
	if c.Kind == recording.ReferenceCoil && si == "T/m" {
		c.Unit = "T/m"
	}
	if !known || si != c.Unit {
		return 1, false
	}
	return gain, true
}

// coilOf returns the type of a coil of Neuromag, as FIF numbers them.
func coilOf(c recording.Channel, arrays []array) int {
	neuromag := slices.ContainsFunc(arrays, func(a array) bool { return a.system == "neuromag306" })
	const planar, magnetometer = 3012, 3024
	switch {
	case neuromag && c.Kind == recording.Gradiometer:
		return planar
	case neuromag && c.Kind == recording.Magnetometer:
		return magnetometer
	}
	return 0
}
