package stimulus_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/stimulus"
)

// folderOf makes a folder of small pictures, and of other files with the given text.
func folderOf(tb testing.TB, folder string, names []string, texts map[string]string) string {
	tb.Helper()
	data, err := formulaImage(3, 2).PNG()
	if err != nil {
		tb.Fatal(err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o666); err != nil {
			tb.Fatal(err)
		}
	}
	for name, text := range texts {
		if err := file.WriteBytes(filepath.Join(folder, name), []byte(text)); err != nil {
			tb.Fatal(err)
		}
	}
	return folder
}

func ExampleRead() {
	folder, err := os.MkdirTemp("", "stimuli")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	img := stimulus.NewImage(8, 6)
	for _, name := range []string{"face_10.png", "face_2.png", "house_1.png"} {
		data, _ := img.PNG()
		_ = os.WriteFile(filepath.Join(folder, name), data, 0o666)
	}
	set, err := stimulus.Read(folder)
	fmt.Println(set.Labels(), err)
	// Output: [face_2 face_10 house_1] <nil>
}

func TestTheOrderOfFilesDoesNotMatter(t *testing.T) {
	want := []string{"1", "2", "10", "a_1", "a_2", "a_10", "b"}
	for draw := range 5 {
		var names []string
		for _, i := range seed.Stream(1, "order of files", draw).Perm(len(want)) {
			names = append(names, want[i]+".png")
		}
		set := must(stimulus.Read(folderOf(t, t.TempDir(), names, nil)))
		if !slices.Equal(set.Labels(), want) {
			t.Fatalf("labels %v, want %v", set.Labels(), want)
		}
	}
}

func TestReadTakesAFolderAPatternOrAFile(t *testing.T) {
	folder := folderOf(t, t.TempDir(), []string{"a_1.png", "a_2.PNG", "b[1].png", ".hidden.png"},
		map[string]string{"notes.txt": "x", "below/c.png": "not looked at"})
	for pattern, want := range map[string][]string{
		"":         {"a_1", "a_2", "b[1]"},
		"*.png":    {"a_1", "b[1]"},
		"a_?.*":    {"a_1", "a_2"},
		"b[1].png": {"b[1]"},
	} {
		set, err := stimulus.Read(filepath.Join(folder, pattern))
		if err != nil {
			t.Error(err)
			continue
		}
		if !slices.Equal(set.Labels(), want) {
			t.Errorf("%q: %v, want %v", pattern, set.Labels(), want)
		}
		if one := set.Stimuli[0]; one.Width != 3 || one.Height != 2 || one.Condition != one.Label {
			t.Errorf("%q: %+v", pattern, one)
		}
	}
	set, err := stimulus.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Warnings) != 1 || !strings.Contains(set.Warnings[0], ".hidden.png, notes.txt") {
		t.Errorf("warnings %q, want one that names .hidden.png and notes.txt", set.Warnings)
	}
	if img, err := set.Open(1); err != nil || !slices.Equal(img.Pix, formulaImage(3, 2).Pix) {
		t.Errorf("picture %+v, %v", img, err)
	}
}

func TestReadRefuses(t *testing.T) {
	folder := folderOf(t, t.TempDir(), []string{"a.png", "a.jpg", "b.png"}, map[string]string{"none/x.txt": ""})
	_, err := stimulus.Read(folder)
	wantError(t, err, `"a"`, filepath.Join(folder, "a.jpg"), filepath.Join(folder, "a.png"))
	for _, pattern := range []string{"none", "*.jpeg"} {
		_, err := stimulus.Read(filepath.Join(folder, pattern))
		wantError(t, err, pattern, "no picture found", ".tiff")
	}
	_, err = stimulus.Read(filepath.Join(folder, "missing.png"))
	wantError(t, err, "missing.png", "no such file")
	_, err = stimulus.Read(filepath.Join(folder, "[a"))
	wantError(t, err, "[a", "syntax error in pattern")
}

func TestReadListsEveryUnreadableFile(t *testing.T) {
	whole := referenceFile(t, "color.png")
	photo := referenceFile(t, "color-420.jpg")
	folder := folderOf(t, t.TempDir(), []string{"good.png"}, map[string]string{
		"empty.png": "", "text.png": "hello", "cut.png": string(whole[:len(whole)-20]), "cut.jpg": string(photo[:len(photo)-9]),
		"trailing.png": string(whole) + "more", "renamed.jpg": string(whole),
	})
	err := os.Rename(filepath.Join(folder, "cut.jpg"), filepath.Join(folder, "short.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = stimulus.Read(folder)
	wantError(t, err, "4 of 7 stimulus files", "empty.png", "text.png", "cut.png", "short.jpg", "ends too early")
	for _, fine := range []string{"good.png", "trailing.png", "renamed.jpg"} {
		if strings.Contains(err.Error(), fine) {
			t.Errorf("error %q names %s, which can be read", err, fine)
		}
	}
}

func TestTransparencyIsAWarning(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"color-alpha.png", "palette-transparent.png", "palette.png", "color.png"} {
		if err := os.WriteFile(filepath.Join(folder, name), referenceFile(t, name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	set, err := stimulus.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	want := "2 stimulus files may have transparent pixels, which are shown on white: color-alpha.png, palette-transparent.png"
	if !slices.Equal(set.Warnings, []string{want}) {
		t.Errorf("warnings %q, want %q", set.Warnings, want)
	}
}

// Every decision of reading is told once for the set, with the files.
func TestWhatReadingDecidesIsAWarning(t *testing.T) {
	folder := t.TempDir()
	for _, c := range formatCases(t) {
		if slices.Contains([]string{
			"orientation 1.jpg", "orientation 6.jpg", "orientation 3.png", "moving.gif", "two pages.tif", "gray 16 bits.png", "CMYK.jpg", "L.bmp",
		}, c.Name) {
			if err := os.WriteFile(filepath.Join(folder, c.Name), c.File, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	err := os.Rename(filepath.Join(folder, "orientation 6.jpg"), filepath.Join(folder, "turned.png")) // a lie that does not matter
	if err != nil {
		t.Fatal(err)
	}
	set := must(stimulus.Read(folder))
	want := []string{
		"2 stimulus files with an EXIF orientation, turned as people see it, which Pillow and torchvision do of TIFF only: orientation 3.png, turned.png",
		"2 stimulus files with several pictures inside, the first one is shown: moving.gif, two pages.tif",
		"1 stimulus file with 16 bits per color, the high 8 are kept: gray 16 bits.png",
		"1 stimulus file with CMYK colors, converted without a color profile: CMYK.jpg",
	}
	if !slices.Equal(set.Warnings, want) {
		t.Errorf("warnings %q, want %q", set.Warnings, want)
	}
	for i, one := range set.Stimuli {
		img, err := set.Open(i)
		if err != nil || img.Width != one.Width || img.Height != one.Height {
			t.Errorf("%s: %v, or another size than %d × %d", one.Label, err, one.Width, one.Height)
		}
		if one.Label == "turned" && (one.Width != 7 || !strings.Contains(img.Note, "turned as people see it")) {
			t.Errorf("%+v, note %q", one, img.Note)
		}
	}
}

func TestReadTable(t *testing.T) {
	folder := folderOf(t, t.TempDir(), []string{"a_1.png", "a_2.png", "b.png"}, map[string]string{
		"table.tsv": "\ufeffstimulus\tonset\tcondition\tcategory\r\nb\t3\thouse\tn/a\r\na_1.png\t1\tface\tliving\r\n\r\nstimuli/a_2.png\t2\tface\tliving",
	})
	set := must(stimulus.Read(filepath.Join(folder, "*.png")))
	if err := stimulus.ReadTable(set, filepath.Join(folder, "table.tsv")); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, one := range set.Stimuli {
		got = append(got, one.Label+" "+one.Condition+" "+one.Category)
	}
	if want := []string{"a_1 face living", "a_2 face living", "b house "}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A table of commas reads the same; an index counts the stimuli.
func TestReadTableOfCommas(t *testing.T) {
	folder := folderOf(t, t.TempDir(), []string{"a_1.png", "a_10.png", "a_2.png"}, map[string]string{
		"table.csv": "index,category,human\n1,\"body, human\",1\n3,tool,0\n2,face,1\n",
	})
	set := must(stimulus.Read(filepath.Join(folder, "*.png")))
	if err := stimulus.ReadTable(set, filepath.Join(folder, "table.csv")); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, one := range set.Stimuli {
		got = append(got, one.Label+" "+one.Category)
	}
	if want := []string{"a_1 body, human", "a_2 face", "a_10 tool"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for table, want := range map[string]string{
		"index\n1\n2\n4\n": "line 4", "index\n1\nb\n3\n": "line 3", "index\n1\n1\n": "line 3", "index\n1\n2\n": "not in the table: a_10",
		"a,b\n": "line 1", "": "line 1", "stimulus,x\na_1,\"y": "line 2", "index,category\n1\n": "line 2",
	} {
		path := filepath.Join(folder, "bad.csv")
		if err := os.WriteFile(path, []byte(table), 0o666); err != nil {
			t.Fatal(err)
		}
		wantError(t, stimulus.ReadTable(set, path), want, path)
	}
}

func TestReadTableRefuses(t *testing.T) {
	folder := folderOf(t, t.TempDir(), []string{"a.png", "b.png"}, nil)
	set := must(stimulus.Read(folder))
	before := slices.Clone(set.Stimuli)
	for _, c := range []struct {
		table string
		want  []string
	}{
		{"", []string{"line 1", "stimulus"}},
		{"name\tcondition\na\tx\n", []string{"line 1", "no column is called stimulus", "name"}},
		{"stimulus\tcondition\na\tx\nb\n", []string{"line 3", "1 values for 2 columns"}},
		{"stimulus\tcondition\na\tx\n\na.png\ty\n", []string{"line 4", `"a"`, "line 2"}},
		{"stimulus\tcondition\na\t n/a\nb\ty\n", []string{"line 2", "no condition"}},
		{"stimulus\na\nc\n", []string{"without a picture: c", "not in the table: b"}},
	} {
		path := filepath.Join(folder, "table.tsv")
		if err := os.WriteFile(path, []byte(c.table), 0o666); err != nil {
			t.Fatal(err)
		}
		wantError(t, stimulus.ReadTable(set, path), append(c.want, path)...)
		if !slices.Equal(set.Stimuli, before) {
			t.Errorf("%q: the set has changed", c.table)
		}
	}
}

func TestCategories(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "table.tsv")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	conditions, category, err := stimulus.Categories(write("stimulus\tcondition\tcategory\nb1.png\tb\tn/a\na1\ta\tanimal\na2\ta\tanimal\n"))
	if err != nil || !slices.Equal(conditions, []string{"b", "a"}) || len(category) != 1 || category["a"] != "animal" {
		t.Errorf("conditions %q of categories %q, %v", conditions, category, err)
	}
	if conditions, _, err := stimulus.Categories(write("stimulus\nx.png\n")); err != nil || !slices.Equal(conditions, []string{"x"}) {
		t.Errorf("conditions %q, %v: without a column, stimuli are conditions", conditions, err)
	}
	_, _, err = stimulus.Categories(write("stimulus\tcondition\tcategory\n1\ta\tanimal\n2\ta\tthing\n"))
	if err == nil || !strings.Contains(err.Error(), `line 3`) || !strings.Contains(err.Error(), `"thing" here and of "animal"`) {
		t.Errorf("a condition of two categories gives %v", err)
	}
}
