package sensor_test

import (
	"fmt"
	"testing"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/sensor"
)

func TestX(t *testing.T) {
	for _, s := range sensor.Systems {
		l, err := sensor.Standard(s.Name)
		if err != nil { t.Fatal(err) }
		n, err := l.Neighbors()
		fmt.Println(s.Name, l.Len(), n.Mean, n.Dropped, n.Mean*float64(l.Len()), err)
	}
	for _, f := range []string{"Vectorview-all.lout", "Vectorview-grad.lout", "Vectorview-mag.lout", "biosemi.lay", "biosemi128.txt", "neuromag306.csv"} {
		l, err := sensor.Read(realtest.Path(t, "meg_eeg", "layouts", f))
		if err != nil { fmt.Println(f, err); continue }
		n, err := l.Neighbors()
		fmt.Println(f, l.Len(), n.Mean, n.Dropped, n.Mean*float64(l.Len()), l.Center, l.Radius, l.Source, err)
	}
	l, err := sensor.Read(realtest.Path(t, "meg_eeg", "eeglab", "eeglab_chan32.locs"))
	fmt.Println(l, err)
}
