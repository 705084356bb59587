package study_test

import (
	"fmt"

	"github.com/isocortex/isocortex/study"
)

func ExampleParse() {
	text := `
study: 1
brain:
  rdms: meg.npy
  axes: [subject, time, pair]
rsa: {comparater: spearman, window: 0 to 500 ms}
inference: {test: sign-flap}
`
	_, err := study.Parse("faces.yaml", []byte(text), study.Options{})
	fmt.Println(err)
	// Output:
	// faces.yaml:6:7: error: key "comparater" is unknown
	//      6 | rsa: {comparater: spearman, window: 0 to 500 ms}
	//                ~~~~~~~~~~ did you mean "comparator"?
	// faces.yaml:7:19: error: unknown test "sign-flap"
	//      7 | inference: {test: sign-flap}
	//                            ~~~~~~~~~ did you mean "sign flip"?
}

func ExampleStudy_YAML() {
	s, err := study.Parse("faces.yaml", []byte("{study: 1, brain: {rdms: meg.npy, times: times.npy}}"), study.Options{
		Set: []string{"rsa.comparator=pearson", "rdm.brain.baseline=-0.2 s to 0 s"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(s.YAML())
	// Output:
	// study: 1
	// title: faces
	// seed: 1
	// device: cpu
	// brain:
	//   name: brain
	//   rdms: [meg.npy]
	//   times: times.npy
	//   kind: automatic
	//   chance: 0
	// rdm:
	//   brain:
	//     baseline: -200 ms to 0 ms
	//     restore: 0
	//   networks:
	//     measure: correlation
	// rsa:
	//   comparator: pearson
	//   pool: comparator
	//   strict: no
	//   window: all
	// inference:
	//   test: automatic
	//   tail: greater
	//   draws: 10000
	//   correct: automatic
	//   level: 0.05
	//   bootstrap:
	//     over: automatic
	//     draws: 1000
	//     interval: 0.95
	// report:
	//   order: given
}
