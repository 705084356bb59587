// Flow draws the picture of ARCHITECTURE.md: how brain and network meet.
//
//	go run -C lint ./flow > docs/flow.svg
package main

import (
	"fmt"
	"html"
	"io"
	"os"
)

// Sizes in pixels.
const (
	width, height = 156, 52
	gap           = 34
	margin        = 12
)

// A box is one station, on a grid of columns and rows.
type box struct {
	column            int
	row               float64
	fill, title, note string
}

// The colors of what belongs to the brain, to the network, and to neither.
const (
	sand = "#fdf1e3"
	sky  = "#e6f1fb"
	leaf = "#eef3ea"
)

// The stations.
var (
	recording   = box{0, 0, sand, "recording", "MEG, EEG, fMRI, spikes"}
	responses   = box{1, 0, sand, "responses", "trials or conditions"}
	stimuli     = box{0, 2, sky, "stimuli, network", "images, ONNX"}
	activations = box{1, 2, sky, "activations", "one block per layer"}
	dataset     = box{2, 1, leaf, "Dataset", "labels on every axis"}
	rdms        = box{3, 1, leaf, "RDMs", "conditions × conditions"}
	comparison  = box{4, 1, leaf, "comparison", "scores, p, noise ceiling"}
	report      = box{5, 1, leaf, "report", "one page"}
)

// ways joins each station to the next.
var ways = [][]box{
	{recording, responses, dataset},
	{stimuli, activations, dataset},
	{dataset, rdms, comparison, report},
}

func main() { draw(os.Stdout) }

// draw writes the picture as SVG.
func draw(w io.Writer) {
	fmt.Fprintf(w, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\">\n",
		6*width+5*gap+2*margin, 2*64+height+2*margin)
	fmt.Fprint(w, "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">"+
		"<path d=\"M0 0L8 4L0 8z\" fill=\"#667\"/></marker></defs>\n")
	for _, way := range ways {
		for i, station := range way {
			if i > 0 {
				arrow(w, way[i-1], station)
			}
			station.draw(w)
		}
	}
	fmt.Fprint(w, "</svg>\n")
}

// corner returns the upper left corner of b.
func (b box) corner() (x, y float64) {
	return float64(margin + b.column*(width+gap)), margin + b.row*64
}

// draw writes the station with its title and note.
func (b box) draw(w io.Writer) {
	x, y := b.corner()
	fmt.Fprintf(w, "<rect x=\"%g\" y=\"%g\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"%s\" stroke=\"#99a\"/>\n", x, y, width, height, b.fill)
	fmt.Fprintf(w, "<text x=\"%g\" y=\"%g\" text-anchor=\"middle\" font-size=\"14\" font-weight=\"600\" fill=\"#223\">%s</text>\n", x+width/2, y+22, html.EscapeString(b.title))
	fmt.Fprintf(w, "<text x=\"%g\" y=\"%g\" text-anchor=\"middle\" font-size=\"11\" fill=\"#556\">%s</text>\n", x+width/2, y+39, html.EscapeString(b.note))
}

// arrow joins the right side of one station to the left side of the next.
func arrow(w io.Writer, from, to box) {
	x1, y1 := from.corner()
	x2, y2 := to.corner()
	fmt.Fprintf(w, "<line x1=\"%g\" y1=\"%g\" x2=\"%g\" y2=\"%g\" stroke=\"#667\" stroke-width=\"1.5\" marker-end=\"url(#tip)\"/>\n",
		x1+width, y1+height/2, x2-2, y2+height/2)
}
