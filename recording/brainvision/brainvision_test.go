package brainvision

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

// contents returns the signal of a recording, whole.
func contents(t testing.TB, r recording.Recording) []float64 {
	every := r.Header().Pick(func(recording.Channel) bool { return true })
	signal := make([]float64, len(every)*r.Header().Length)
	if err := r.Read(signal, every, r.Header().Whole()); err != nil {
		t.Fatal(err)
	}
	return signal
}

// header is one of two channels; what stands in changes is put in place of what
// is there.
func header(changes ...string) string {
	return strings.NewReplacer(changes...).Replace(`Brain Vision Data Exchange Header File Version 1.0
; a comment
[Common Infos]
DataFile=x.eeg
MarkerFile=x.vmrk
DataFormat=BINARY
DataOrientation=MULTIPLEXED
NumberOfChannels=2
SamplingInterval=2000
[Binary Infos]
BinaryFormat=INT_16
[Channel Infos]
Ch1=Fz,REF,0.5,µV
Ch2=VEOG,,,mV
`)
}

const marks = `Brain Vision Data Exchange Marker File, Version 1.0
[Marker Infos]
Mk1=New Segment,,1,1,0,20200229120000250000
Mk2=Stimulus,S  7,2,1,0
Mk3=Comment,BAD\1 a blink,3,2,2
`

// numbers are 1, -1, 2, -2, 3, -3 in two bytes.
const numbers = "\x01\x00\xff\xff\x02\x00\xfe\xff\x03\x00\xfd\xff"

// saved writes files and returns the path of the header x.vhdr.
func saved(t testing.TB, files map[string]string) string {
	folder := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(folder, "x.vhdr")
}

// signal opens a recording of these files and returns it with its signal.
func opened(t *testing.T, files map[string]string, o Options) (*recording.Header, []float64) {
	t.Helper()
	r, err := Open(saved(t, files), o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	return r.Header(), contents(t, r)
}

func TestSmall(t *testing.T) {
	h, signal := opened(t, map[string]string{"x.vhdr": header(), "x.vmrk": marks, "x.eeg": numbers}, Options{Strict: true})
	if diff := cmp.Diff([]float64{.5e-6, 1e-6, 1.5e-6, -1e-3, -2e-3, -3e-3}, signal, cmpopts.EquateApprox(1e-15, 0)); diff != "" {
		t.Error(diff)
	}
	want := &recording.Header{
		Format: "BrainVision", Rate: 500, Length: 3, Line: math.NaN(), Highpass: math.NaN(), Lowpass: math.NaN(),
		Measured: time.Date(2020, 2, 29, 12, 0, 0, 250_000_000, time.UTC), Reference: "REF",
		Channels: []recording.Channel{
			{Name: "Fz", Kind: recording.EEG, Unit: "V", Frame: recording.Head, Position: recording.Nowhere, Reference: recording.Nowhere},
			{Name: "VEOG", Kind: recording.EOG, Unit: "V", Frame: recording.Head, Position: recording.Nowhere, Reference: recording.Nowhere},
		},
		Annotations: []recording.Annotation{
			{Duration: .002, Text: "New Segment/"},
			{Onset: .002, Duration: .002, Text: "Stimulus/S  7"},
			{Onset: .004, Duration: .004, Text: "BAD, a blink", Channels: []string{"VEOG"}},
		},
		Events: []recording.Event{{Code: 99999}, {At: 1, Code: 7}},
	}
	if diff := cmp.Diff(want, h, cmpopts.EquateNaNs(), cmpopts.IgnoreFields(recording.Header{}, "Path", "Parts")); diff != "" {
		t.Error(diff)
	}
}

// The same numbers are stored in every way.
func TestEveryForm(t *testing.T) {
	whole := map[string]string{"x.vmrk": marks}
	for name, form := range map[string]struct{ header, data string }{
		"multiplexed": {header(), numbers},
		"vectorized":  {header("MULTIPLEXED", "VECTORIZED"), "\x01\x00\x02\x00\x03\x00\xff\xff\xfe\xff\xfd\xff"},
		"swapped":     {header("INT_16", "INT_16\nUseBigEndianOrder=YES"), "\x00\x01\xff\xff\x00\x02\xff\xfe\x00\x03\xff\xfd"},
		"32 bits":     {header("INT_16", "INT_32"), "\x01\x00\x00\x00\xff\xff\xff\xff\x02\x00\x00\x00\xfe\xff\xff\xff\x03\x00\x00\x00\xfd\xff\xff\xff"},
		"floats":      {header("INT_16", "IEEE_FLOAT_32"), "\x00\x00\x80\x3f\x00\x00\x80\xbf\x00\x00\x00\x40\x00\x00\x00\xc0\x00\x00\x40\x40\x00\x00\x40\xc0"},
		"text":        {header("BINARY", "ASCII\n[ASCII Infos]\nSkipLines=1\n[Common Infos]"), "Fz VEOG\r\n1 -1\r\n2.0 -2\r\n3e0,-3"},
		"text by channel": {
			header("BINARY", "ASCII\n[ASCII Infos]\nDecimalSymbol=,\nSkipColumns=1\n[Common Infos]", "MULTIPLEXED", "VECTORIZED"),
			"Fz 1,0 2,0 3,0\nVEOG\t-1,0\t-2,0\t-3,0\n",
		},
		"V-Amp":    {strings.Replace(header(), "Data Exchange", "V-Amp Data", 1), numbers},
		"Core":     {strings.Replace(header(), "Brain Vision Data Exchange", "BrainVision Core Data Exchange", 1), numbers},
		"Windows":  {strings.ReplaceAll(header(), "\n", "\r\n"), numbers},
		"NeurOne":  {header("Common Infos", "Common infos"), numbers},
		"mark":     {"\xef\xbb\xbf" + header(), numbers},
		"basename": {header("x.eeg", "$b.eeg"), numbers},
	} {
		files := maps.Clone(whole)
		files["x.vhdr"], files["x.eeg"] = form.header, form.data
		h, signal := opened(t, files, Options{Strict: true})
		want := []float64{.5e-6, 1e-6, 1.5e-6, -1e-3, -2e-3, -3e-3}
		if diff := cmp.Diff(want, signal, cmpopts.EquateApprox(1e-15, 0)); diff != "" || h.Length != 3 {
			t.Errorf("%s: %s", name, diff)
		}
		path := saved(t, files)
		t.Run(name, func(t *testing.T) {
			recordingtest.Contract(t, func() (recording.Recording, error) { return Open(path, Options{}) })
		})
	}
}

// A V-Amp header (.ahdr) does not name the last channel of its numbers.
func TestVAmpLeavesItsLastChannelOut(t *testing.T) {
	folder := filepath.Dir(saved(t, map[string]string{"y.ahdr": header("MarkerFile=x.vmrk", ""), "x.eeg": "\x01\x00\x02\x00\x63\x00\x03\x00\x04\x00\x63\x00"}))
	r, err := Open(filepath.Join(folder, "y.ahdr"), Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if diff := cmp.Diff([]float64{.5e-6, 1.5e-6, 2e-3, 4e-3}, contents(t, r), cmpopts.EquateApprox(1e-15, 0)); diff != "" {
		t.Error(diff)
	}
}

func TestUnits(t *testing.T) {
	for name, want := range map[string]struct {
		si    string
		scale float64
	}{
		"": {"V", 1e-6}, "V": {"V", 1}, "mV": {"V", 1e-3}, "µV": {"V", 1e-6}, "uV": {"V", 1e-6}, "μV": {"V", 1e-6}, "ÂµV": {"V", 1e-6}, "nV": {"V", 1e-9},
		"C": {"°C", 1}, "°C": {"°C", 1}, "µS": {"S", 1e-6}, "uS": {"S", 1e-6}, "S": {"S", 1}, "ARU": {"ARU", 1}, "n/a": {"", 1}, "N": {"N", 1},
	} {
		if si, scale := siUnit(name); si != want.si || scale != want.scale {
			t.Errorf("%q is %q × %g", name, si, scale)
		}
	}
}

// Letters of Windows are read with its code page, of whatever is not UTF-8 too.
func TestCodepages(t *testing.T) {
	latin := strings.ReplaceAll(strings.ReplaceAll(header("Fz", "Fü€"), "ü€", "\xfc\x80"), "µ", "\xb5")
	for name, text := range map[string]string{
		"said":     strings.Replace(latin, "[Common Infos]", "[Common Infos]\nCodepage=ANSI", 1),
		"not said": latin,
		"UTF-8":    header("Fz", "Fü€", "[Common Infos]", "[Common Infos]\nCodepage=UTF-8"),
	} {
		h, signal := opened(t, map[string]string{"x.vhdr": text, "x.vmrk": marks, "x.eeg": numbers}, Options{Strict: true})
		if h.Channels[0].Name != "Fü€" || math.Abs(signal[0]-.5e-6) > 1e-20 {
			t.Errorf("%s: %q begins with %g", name, h.Channels[0].Name, signal[0])
		}
	}
	wrong := strings.Replace(latin, "[Common Infos]", "[Common Infos]\nCodepage=UTF-8", 1)
	if h, _ := opened(t, map[string]string{"x.vhdr": wrong, "x.vmrk": marks, "x.eeg": numbers}, Options{}); len(h.Warnings) != 1 {
		t.Errorf("a wrong code page: %q", h.Warnings)
	}
}

// Files that were renamed are found by the name of the header.
func TestRenamed(t *testing.T) {
	text := header("x.eeg", "old.dat", "x.vmrk", "old.vmrk")
	h, _ := opened(t, map[string]string{"x.vhdr": text, "x.vmrk": marks, "x.eeg": numbers}, Options{})
	if len(h.Warnings) != 2 || !strings.Contains(h.Warnings[0], "x.eeg is taken") || h.Length != 3 || len(h.Events) != 2 {
		t.Errorf("%d times, %d events, warnings %q", h.Length, len(h.Events), h.Warnings)
	}
	if h, _ = opened(t, map[string]string{"x.vhdr": text, "x.eeg": numbers}, Options{}); len(h.Warnings) != 2 || len(h.Events) != 0 {
		t.Errorf("without markers: %q", h.Warnings)
	}
	if _, err := Open(saved(t, map[string]string{"x.vhdr": text, "x.eeg": numbers}), Options{Strict: true}); err == nil {
		t.Error("what is a warning is no error where all has to be right")
	}
}

// Recordings that were interrupted have a boundary where they go on.
func TestSegments(t *testing.T) {
	text := marks + "Mk4=New Segment,,3,1,0,20200229130000000000\nMk5=Stimulus,S  7,9,1,0\nMk6=Toolbox,later,1,1,0\nMk7=Comment,first,1,1,0\n"
	h, _ := opened(t, map[string]string{"x.vhdr": header(), "x.vmrk": text, "x.eeg": numbers}, Options{})
	if h.Measured.Hour() != 12 || len(h.Warnings) != 1 || !strings.Contains(h.Warnings[0], "1 of 7 markers") {
		t.Errorf("measured %v, %q", h.Measured, h.Warnings)
	}
	want := []recording.Event{{Code: 99999}, {At: 1, Code: 7}, {At: 2, Code: 99999}, {Code: 10002}, {Code: 10001}}
	if diff := cmp.Diff(want, h.Events); diff != "" {
		t.Error(diff)
	}
	if a := h.Annotations[4]; a.Text != "BAD_boundary" || a.Onset != .004 {
		t.Errorf("%+v", h.Annotations)
	}
}

func TestCoordinates(t *testing.T) {
	h, _ := opened(t, map[string]string{"x.vhdr": header() + "[Coordinates]\nCh1=1,90,90\nCh2=0,0,0\n", "x.vmrk": marks, "x.eeg": numbers}, Options{})
	want := recording.Vector{0, .095, 0}
	if diff := cmp.Diff(want, h.Channels[0].Position, cmpopts.EquateApprox(0, 1e-15)); diff != "" || h.Channels[1].Position.Known() {
		t.Errorf("%v", h.Channels)
	}
}

func TestFilters(t *testing.T) {
	const amplifier = "#     Name      Phys. Chn.    Resolution / Unit   Low Cutoff [s]   High Cutoff [Hz]   Notch [Hz]\n"
	const older = "#     Name      Phys. Chn.    Resolution [µV]  Low Cutoff [Hz]   High Cutoff [Hz]   Notch [Hz]\n"
	const soft = "S o f t w a r e  F i l t e r s\n#     Low Cutoff [Hz]   High Cutoff [Hz]   Notch [Hz]\n"
	unknown := math.NaN()
	for name, c := range map[string]struct {
		table     string
		high, low float64
		warnings  int
	}{
		"none":                {"", unknown, unknown, 0},
		"seconds":             {amplifier + "1     Fz     1     0.5 µV    10    250    Off\n2     VEOG     2     1 mV    10    250    Off\n", 1 / (20 * math.Pi), 250, 0},
		"DC":                  {amplifier + "1     Fz     1     0.5 µV    DC    250    Off\n2     VEOG     2     1 mV    Off    250    Off\n", 0, 250, 0},
		"different":           {amplifier + "1     Fz     1     0.5 µV    10    250    Off\n2     VEOG     2     1 mV    DC    30    Off\n", 0, 250, 1},
		"older":               {older + "1     Fz     1     0.5      0.1    70    50\n2     VEOG     2     1     0.1    70    50\n", .1, 70, 0},
		"of the software":     {amplifier + "1     Fz     1     0.5 µV    10    250    Off\n" + soft + "1    0,3    40    Off\n2    0,3    40    Off\n", .3, 40, 0},
		"no low-pass":         {older + "1     Fz     1     0.5      0.1    Off    50\n2     VEOG     2     1     0.1    Off    50\n", .1, unknown, 0},
		"of another header":   {older + "1     Oz     1     0.5      0.1    Off    50\n", unknown, unknown, 0},
		"words where numbers": {older + "1     Fz     1     0.5      ?    !    50\n", unknown, unknown, 0},
	} {
		h, _ := opened(t, map[string]string{"x.vhdr": header() + "[Comment]\n" + c.table, "x.vmrk": marks, "x.eeg": numbers}, Options{})
		if diff := cmp.Diff([2]float64{c.high, c.low}, [2]float64{h.Highpass, h.Lowpass}, cmpopts.EquateNaNs()); diff != "" || len(h.Warnings) != c.warnings {
			t.Errorf("%s: %q %s", name, h.Warnings, diff)
		}
	}
}

// What is wrong is named, with its line where it has one.
func TestRefuses(t *testing.T) {
	ascii := []string{"BINARY", "ASCII"}
	for name, c := range map[string]struct{ header, marks, data, want string }{
		"another file":        {"[Common Infos]\n", marks, numbers, "does not begin a header"},
		"no section":          {header("[Binary Infos]", "[Binary]"), marks, numbers, "[Binary Infos]: malformed: there is no such section"},
		"no key":              {header("SamplingInterval=2000", ""), marks, numbers, "SamplingInterval"},
		"no rate":             {header("=2000", "=0"), marks, numbers, "line 9: \"0\" µs"},
		"rate in words":       {header("=2000", "=fast"), marks, numbers, "line 9: \"fast\" is no number"},
		"channels":            {header("NumberOfChannels=2", "NumberOfChannels=3"), marks, numbers, "Ch3 is not described"},
		"more channels":       {header("NumberOfChannels=2", "NumberOfChannels=1"), marks, numbers, "line 14: NumberOfChannels is 1"},
		"a channel twice":     {header("Ch2", "Ch1"), marks, numbers, "line 14: the channel was described before"},
		"no channels":         {header("NumberOfChannels=2", "NumberOfChannels=-2"), marks, numbers, "line 8"},
		"too many channels":   {header("NumberOfChannels=2", "NumberOfChannels=2000000000"), marks, numbers, "more than any amplifier"},
		"no channel":          {header("Ch1", "Kanal"), marks, numbers, "Ch1"},
		"resolution":          {header("0.5", "half"), marks, numbers, "line 13: \"half\" is no number"},
		"frequencies":         {header("DataFormat", "DataType=FREQUENCYDOMAIN\nDataFormat"), marks, numbers, "FREQUENCYDOMAIN"},
		"numbers":             {header("INT_16", "INT_24"), marks, numbers, "\"INT_24\"; what is read: INT_16, INT_32, IEEE_FLOAT_32"},
		"orientation":         {header("MULTIPLEXED", "SIDEWAYS"), marks, numbers, "SIDEWAYS"},
		"no equals sign":      {header("DataFormat=BINARY", "DataFormat"), marks, numbers, "line 6"},
		"data":                {header("x.eeg", "y.eeg"), marks, "", "line 4: there is neither \"y.eeg\""},
		"a byte too many":     {header(), marks, numbers + "\x00", "1 are left over"},
		"points":              {header("DataFormat", "DataPoints=4\nDataFormat"), marks, numbers, "line 6: 4 times"},
		"coordinates":         {header() + "[Coordinates]\nCh1=1,2\n", marks, numbers, "line 16: \"\" is no number"},
		"place of no channel": {header() + "[Coordinates]\nCh9=1,2,3\n", marks, numbers, "line 16: NumberOfChannels"},
		"no markers":          {header(), "text", numbers, "does not begin a marker file"},
		"position":            {header(), marks + "Mk4=Stimulus,S  1,x,1,0\n", numbers, "line 6: \"x\" is no whole number"},
		"marker of nothing":   {header(), marks + "Mk4=Stimulus,S  1,1,1,3\n", numbers, "line 6: channel 3 of 2"},
		"marker":              {header(), marks + "Marke=Stimulus,S  1,1,1,3\n", numbers, "line 6: it is not Mk"},
		"words for numbers":   {header(ascii...), marks, "1 2\n1 two\n", "byte 4: line 2: malformed: \"two\" is no number"},
		"too few numbers":     {header(ascii...), marks, "1 2\n1\n", "line 2: malformed: 1 numbers for 2 channels"},
		"too few lines":       {header("BINARY", "ASCII", "MULTIPLEXED", "VECTORIZED"), marks, "1 2\n", "there are 1 for 2 channels"},
		"too many lines":      {header("BINARY", "ASCII", "MULTIPLEXED", "VECTORIZED"), marks, "1 2\n1 2\n1 2\n", "line 3: malformed: there are more lines"},
		"unequal lines":       {header("BINARY", "ASCII", "MULTIPLEXED", "VECTORIZED"), marks, "1 2\n1\n", "channel 2 has 1 numbers"},
		"lines to leave out":  {header("BINARY", "ASCII\n[ASCII Infos]\nSkipLines=-1\n[Common Infos]"), marks, "1 2\n", "line 8"},
		"words to leave out":  {header("BINARY", "ASCII\n[ASCII Infos]\nSkipColumns=3\n[Common Infos]"), marks, "1 2\n", "2 words, but 3"},
	} {
		files := map[string]string{"x.vhdr": c.header, "x.vmrk": c.marks}
		if c.data != "" {
			files["x.eeg"] = c.data
		}
		_, err := Open(saved(t, files), Options{})
		var located *file.ParseError
		if !errors.As(err, &located) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// Channels that share a name are numbered.
func TestNamesAreDistinct(t *testing.T) {
	h, _ := opened(t, map[string]string{"x.vhdr": header("VEOG", "Fz"), "x.vmrk": marks, "x.eeg": numbers}, Options{})
	if got := fmt.Sprint(h.Channels[0].Name, h.Channels[1].Name); got != "Fz-0Fz-1" {
		t.Error(got)
	}
}
