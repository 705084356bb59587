package report_test

import (
	"context"
	"fmt"
	"math"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/report"
)

// browser is one tab of Chromium; it writes down what goes wrong in the page.
type browser struct {
	ctx context.Context

	mutex    sync.Mutex
	troubles []string // console messages and requests that leave the file
}

// TestInABrowser tries pages in tabs of one Chromium.
func TestInABrowser(t *testing.T) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on this machine: the page is not tried in a browser")
	}
	options := append(
		chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.WindowSize(1280, 1000), chromedp.Flag("disable-component-update", true),
	)
	allocator, cancelAllocator := chromedp.NewExecAllocator(t.Context(), options...)
	chromium, cancel := chromedp.NewContext(allocator)
	defer func() { cancel(); chromedp.WaitClosed(chromium); cancelAllocator() }()
	if err := chromedp.Do(chromium); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]func(t *testing.T, chromium context.Context){
		"over time": pageOverTime, "controls": pageControls, "without time": pageWithoutTime, "differences": pageOfDifferences, "several brains": pageOfBrains, "maps": pageOfMaps, "scalp": pageOfScalp, "scalp over time": pageOfScalpOverTime, "mixtures": pageOfMixtures, "fusions": pageOfFusions, "maps of EEG": pageOfEEG, "similarity": pageBySimilarity, "spare": sparePages, "live": livePage,
	} {
		t.Run(name, func(t *testing.T) { test(t, chromium) })
	}
}

// open shows an address in a new tab.
func open(t *testing.T, chromium context.Context, address string) *browser {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chromium)
	t.Cleanup(cancel)
	b := &browser{ctx: ctx}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	b.do(t, chromedp.Navigate(address), chromedp.WaitVisible(chromedp.CSS("section")))
	return b
}

func (b *browser) listen(event any) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.troubles = append(b.troubles, fmt.Sprint("exception: ", e.ExceptionDetails.Exception.Description))
	case *runtime.EventConsoleAPICalled:
		b.troubles = append(b.troubles, fmt.Sprintf("console: %s", e.Args[0].Value))
	case *cdplog.EventEntryAdded:
		b.troubles = append(b.troubles, "log: "+e.Entry.Text)
	case *network.EventRequestWillBeSent:
		if scheme, _, _ := strings.Cut(e.Request.URL, ":"); scheme != "file" && scheme != "data" {
			b.troubles = append(b.troubles, "request: "+e.Request.URL)
		}
	}
}

func (b *browser) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.requireCalm(t)
		t.Fatal(err)
	}
}

// script runs JavaScript in the page.
func (b *browser) script(t *testing.T, text string) {
	t.Helper()
	b.do(t, chromedp.Evaluate[chromedp.Void](text))
}

// text returns the string that an expression gives.
func (b *browser) text(t *testing.T, expression string) string {
	t.Helper()
	result, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// scroll brings an element into view and waits until the page is at rest:
// scrolling hides the tooltip.
func (b *browser) scroll(t *testing.T, selector string) {
	t.Helper()
	settled := "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
	b.do(t, chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Evaluate[chromedp.Void](settled, chromedp.EvalAwaitPromise))
}

// hover moves the pointer to a fraction of an element's width and height.
func (b *browser) hover(t *testing.T, selector string, right, down float64) {
	t.Helper()
	b.scroll(t, selector)
	box, err := chromedp.Run(b.ctx, chromedp.Evaluate[map[string]float64](fmt.Sprintf("document.querySelector(%q).getBoundingClientRect().toJSON()", selector)))
	if err != nil {
		t.Fatal(err)
	}
	b.do(t, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, box["left"]+right*box["width"], box["top"]+down*box["height"]))
}

func (b *browser) screenshot(t *testing.T, name string) {
	t.Helper()
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(90))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, picture, 0o666); err != nil {
		t.Fatal(err)
	}
	if len(picture) < 50_000 {
		t.Errorf("the screenshot has %d bytes: the page looks empty", len(picture))
	}
}

func (b *browser) requireCalm(t *testing.T) {
	t.Helper()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for _, trouble := range b.troubles {
		t.Error(trouble)
	}
}

const tooltipText = "document.querySelector('.tooltip').hidden ? '' : document.querySelector('.tooltip').innerText"

func pageOverTime(t *testing.T, chromium context.Context) {
	out := filepath.Join(t.TempDir(), "report.html")
	if err := report.Write(makeFixture(t, 120, 8), out); err != nil {
		t.Fatal(err)
	}
	b := open(t, chromium, "file://"+out)

	b.hover(t, ".brain .cells", 0.99, 0.01)
	tip := b.text(t, tooltipText)
	for _, want := range []string{"animals_01", "scenes_12", "decoding accuracy", "SmallNet: fc6", "correlation distance", "percentile"} {
		if !strings.Contains(tip, want) {
			t.Errorf("tooltip %q lacks %q", tip, want)
		}
	}
	if n := b.text(t, "String([...document.querySelectorAll('.tooltip img')].filter(i => i.naturalWidth === 96).length)"); n != "2" {
		t.Errorf("the tooltip shows %s thumbnails, want 2", n)
	}

	before := b.text(t, "document.querySelector('.brain .cells').toDataURL()")
	b.script(t, "s = document.querySelector('.player input'); s.value = 30; s.dispatchEvent(new Event('input'))")
	if got := b.text(t, "document.querySelector('.brain h3').innerText"); got != "Brain at 50 ms" {
		t.Errorf("title after moving the slider is %q", got)
	}
	if b.text(t, "document.querySelector('.brain .cells').toDataURL()") == before {
		t.Error("the brain RDM did not follow the slider")
	}
	b.do(t, chromedp.Focus(chromedp.CSS(".course svg[role=slider]")), chromedp.KeyEvent(kb.ArrowRight))
	if got := b.text(t, "document.querySelector('.cursor text').textContent"); got != "55 ms" {
		t.Errorf("the cursor after an arrow key says %q", got)
	}
	b.screenshot(t, "time.png")
	b.requireCalm(t)
}

func pageControls(t *testing.T, chromium context.Context) {
	out := filepath.Join(t.TempDir(), "report.html")
	if err := report.Write(makeFixture(t, 40, 4), out); err != nil {
		t.Fatal(err)
	}
	b := open(t, chromium, "file://"+out)
	b.script(t, "document.querySelectorAll('#page button:not(.play)').forEach(b => b.click())")
	if got := b.text(t, "String(document.querySelectorAll('.course svg .gone').length > 0)"); got != "true" {
		t.Error("pressing the legend hides nothing")
	}
	b.script(t, "document.querySelector('#peaks th:nth-child(2) button').click()")
	if got := b.text(t, "document.querySelector('#peaks th:nth-child(2)').getAttribute('aria-sort')"); got == "none" {
		t.Error("pressing a column's title sorts nothing")
	}
	b.requireCalm(t)
}

// A folder with next to nothing in it, and one in which nothing is defined,
// still make pages.
func sparePages(t *testing.T, chromium context.Context) {
	for name, files := range map[string]map[string]string{
		"no scores": {},
		"undefined": {"rsa/brain/a.json": `{"comparator":"spearman","subjects":1,"times":[0,0.1],"test":"none","bootstrap_over":"none","level":0.05,
			"noise_ceiling":null,"noise_ceiling_reason":"one RDM","models":[{"name":"conv1","score":null,
			"course":{"score":[null,null],"low":[null,null],"high":[null,null],"p":[null,null],"p_corrected":[null,null],"scores":[[null,null]]},
			"peak":{"score":null,"score_ci":null,"time":null,"time_ci":null,"index":-1}}]}`},
		"one bar": {"rsa/brain/a.json": `{"comparator":"spearman","models":[{"name":"conv1","score":0.1}]}`, "truth.json": `{"title":"Nothing"}`},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			brain := &rdm.RDMs{Size: 3, Dissimilarities: []float64{1, 2, math.NaN()}}
			if err := brain.Write(filepath.Join(folder, "rdm", "brain.npz")); err != nil {
				t.Fatal(err)
			}
			for path, text := range files {
				if err := file.WriteBytes(filepath.Join(folder, path), []byte(text)); err != nil {
					t.Fatal(err)
				}
			}
			out := filepath.Join(folder, "report.html")
			if err := report.Write(folder, out); err != nil {
				t.Fatal(err)
			}
			b := open(t, chromium, "file://"+out)
			b.requireCalm(t)
			if drawn := b.text(t, "[...document.querySelectorAll('svg, table')].map(s => s.outerHTML).join('')"); strings.Contains(drawn, "NaN") {
				t.Error("NaN in a figure")
			}
		})
	}
}

func pageWithoutTime(t *testing.T, chromium context.Context) {
	out := filepath.Join(t.TempDir(), "report.html")
	if err := report.Write(makeFixture(t, 0, 8), out); err != nil {
		t.Fatal(err)
	}
	b := open(t, chromium, "file://"+out)
	if got := b.text(t, "[...document.querySelectorAll('section')].map(s => s.id).join(' ')"); got != "bars peaks rdms maps methods provenance study" {
		t.Errorf("sections are %q", got)
	}
	b.screenshot(t, "still.png")
	b.requireCalm(t)
}

// texts are those of all elements of a selector, on a line each.
func (b *browser) texts(t *testing.T, selector string) []string {
	t.Helper()
	return strings.Split(b.text(t, fmt.Sprintf("[...document.querySelectorAll(%q)].map(e => e.textContent).join('\\n')", selector)), "\n")
}

// press clicks the button of that text below a selector.
func (b *browser) press(t *testing.T, selector, text string) {
	t.Helper()
	b.script(t, fmt.Sprintf("[...document.querySelectorAll(%q)].find(e => e.textContent === %q).click()", selector+" button", text))
}

func pageOfBrains(t *testing.T, chromium context.Context) {
	out := filepath.Join(t.TempDir(), "report.html")
	if err := report.Write(makeBrains(t, "human IT", "monkey IT"), out); err != nil {
		t.Fatal(err)
	}
	b := open(t, chromium, "file://"+out)

	columns := b.texts(t, "#brains thead th")
	if want := []string{"Model", "human IT", "monkey IT"}; !slices.Equal(columns, want) {
		t.Errorf("the table of brains has the columns %q, want %q", columns, want)
	}
	b.press(t, "#brains thead", "human IT")
	scores := b.texts(t, "#brains tbody td:nth-child(2)")
	if sorted := slices.IsSortedFunc(scores, func(a, b string) int { return strings.Compare(b, a) }); !sorted || len(scores) != len(fixtureLayers) {
		t.Errorf("sorted by human IT the scores are %q", scores)
	}
	if got := b.text(t, "document.querySelector('#brains th[aria-sort=descending]').textContent"); got != "human IT" {
		t.Errorf("the table says that it is sorted by %q", got)
	}

	first := b.text(t, "document.querySelector('.brain .cells').toDataURL()")
	b.press(t, ".sticky", "monkey IT")
	if got := b.text(t, "document.querySelector('#bars h2').textContent + document.querySelector('.brain h3').textContent"); got != "Scores: monkey ITMonkey IT" {
		t.Errorf("the titles after choosing a brain are %q", got)
	}
	second := b.text(t, "document.querySelector('.brain .cells').toDataURL()")
	if second == first {
		t.Error("the RDM did not follow the brain")
	}
	b.press(t, "#rdms", "By similarity")
	third := b.text(t, "document.querySelector('.brain .cells').toDataURL()")
	b.script(t, "s = document.querySelector('#rdms select'); s.selectedIndex = 2; s.dispatchEvent(new Event('change'))")
	if got := b.text(t, "document.querySelector('.brain .note').textContent"); got != "subject sub-02" {
		t.Errorf("the note of a single subject is %q", got)
	}
	if fourth := b.text(t, "document.querySelector('.brain .cells').toDataURL()"); second == third || third == fourth {
		t.Error("the RDM did not follow the order or the subject")
	}
	b.script(t, "document.querySelector('#brains tbody tr:last-child td:nth-child(2) button').click()")
	name := b.text(t, "document.querySelector('#brains tbody tr:last-child th').textContent")
	if got := b.texts(t, ".sticky [aria-pressed=true], .model h3"); !slices.Equal(got, []string{"human IT", "SmallNet: " + name}) {
		t.Errorf("choosing the score of %s in human IT shows %q", name, got)
	}
	b.screenshot(t, "brains.png")
	b.requireCalm(t)
}

// By similarity, conditions that are alike stand together, wherever they stood;
// a missing pair does not matter.
func pageBySimilarity(t *testing.T, chromium context.Context) {
	const size, groups = 12, 3
	folder := t.TempDir()
	brain := &rdm.RDMs{Size: size}
	var labels, categories []string
	for i := range size {
		labels, categories = append(labels, fmt.Sprint("condition ", i)), append(categories, fmt.Sprint("category ", i%groups))
		for j := i + 1; j < size; j++ {
			distance := 1 + 0.01*float64(i+j)
			if i%groups == j%groups {
				distance = 0.1 + 0.001*float64(i*j%7)
			}
			brain.Dissimilarities = append(brain.Dissimilarities, distance)
		}
	}
	brain.Dissimilarities[2] = math.NaN()
	brain.Conditions = labels
	if err := brain.Write(filepath.Join(folder, "rdm", "brain.npz")); err != nil {
		t.Fatal(err)
	}
	writeStimuli(t, folder, labels, categories, make([]string, size))
	out := filepath.Join(folder, "report.html")
	if err := report.Write(folder, out); err != nil {
		t.Fatal(err)
	}
	b := open(t, chromium, "file://"+out)
	for order, want := range map[string]string{"As given": "11", "By category": "2", "By similarity": "2"} {
		b.press(t, "#rdms", order)
		changes := b.text(t, `(c => { const x = new OffscreenCanvas(c.width, 1).getContext("2d", { willReadFrequently: true });
			x.drawImage(c, 0, 0);
			const d = x.getImageData(0, 0, c.width, 1).data;
			let n = 0; for (let i = 4; i < d.length; i += 4) n += d[i] !== d[i - 4] || d[i + 1] !== d[i - 3] || d[i + 2] !== d[i - 2];
			return String(n) })(document.querySelector(".band.top"))`)
		if changes != want {
			t.Errorf("%s, the category changes %s times from row to row, want %s", order, changes, want)
		}
	}
	b.requireCalm(t)
}

func livePage(t *testing.T, chromium context.Context) {
	folder := makeFixture(t, 5, 2)
	server := httptest.NewServer(report.Handler(folder))
	defer server.Close()
	b := open(t, chromium, server.URL)
	if err := file.WriteBytes(filepath.Join(folder, "study.yaml"), []byte("title: Another title\n")); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if title, err := chromedp.Run(b.ctx, chromedp.Title()); err == nil && title == "Another title" { // an error: it is reloading
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the page did not follow its folder")
		}
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for _, trouble := range b.troubles {
		if !strings.HasPrefix(trouble, "request: "+server.URL) && !strings.Contains(trouble, "favicon") {
			t.Error(trouble)
		}
	}
}
