package regress_test

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/regress"
)

// Length in cm and weight in kg, of four fish; price in euros.
var (
	fish  = mat.NewDense(4, 2, []float64{10, 1, 20, 3, 30, 2, 40, 5})
	price = mat.NewDense(4, 1, []float64{12, 24, 31, 46})
)

func ExampleOLS() {
	fitted, _ := regress.OLS{}.Fit(fish, price)
	predicted, _ := fitted.Predict(mat.NewDense(1, 2, []float64{25, 2}))
	fmt.Printf("%.2f per cm, %.2f per kg, %.2f in all\n",
		fitted.Coefficients.At(0, 0), fitted.Coefficients.At(1, 0), predicted.At(0, 0))
	// Output: 0.87 per cm, 1.96 per kg, 26.78 in all
}

func ExampleRidge_FitAll() {
	fits, _ := regress.Ridge{Scaling: regress.Standardized}.FitAll(fish, price, []float64{0, 1, 100})
	for _, fitted := range fits {
		fmt.Printf("%.2f %.2f\n", fitted.Coefficients.At(0, 0), fitted.Coefficients.At(1, 0))
	}
	// Output:
	// 0.87 1.96
	// 0.62 2.84
	// 0.04 0.28
}

func ExampleNNLS() {
	features := mat.NewDense(4, 2, []float64{1, 0, 0, 1, 1, 1, 2, 1})
	targets := mat.NewDense(4, 1, []float64{1, -1, 0, 1})
	free, _ := regress.OLS{Scaling: regress.Raw}.Fit(features, targets)
	fitted, _ := regress.NNLS{Scaling: regress.Raw}.Fit(features, targets)
	fmt.Printf("%.2f\n%.2f\n", free.Coefficients.RawMatrix().Data, fitted.Coefficients.RawMatrix().Data)
	// Output:
	// [1.00 -1.00]
	// [0.50 0.00]
}

func ExampleLDA() {
	responses := mat.NewDense(6, 2, []float64{1, 2, 2, 1, 2, 2, 5, 6, 6, 5, 6, 6})
	labels := []string{"face", "face", "face", "house", "house", "house"}
	fitted, _ := regress.LDA{Shrinkage: 0.1}.Fit(responses, labels)
	predicted, _ := fitted.Predict(mat.NewDense(2, 2, []float64{1, 1, 7, 5}))
	fmt.Println(predicted)
	// Output: [face house]
}

func ExampleLogistic() {
	responses := mat.NewDense(6, 1, []float64{0, 1, 2, 3, 4, 5})
	labels := []string{"face", "face", "house", "face", "house", "house"}
	fitted, _ := regress.Logistic{Penalty: 1}.Fit(responses, labels)
	p, _ := fitted.Probabilities(mat.NewDense(2, 1, []float64{0, 2.5}))
	fmt.Printf("%s %.2f\n", fitted.Classes, mat.Formatted(p))
	// Output:
	// [face house] ⎡0.91  0.09⎤
	// ⎣0.50  0.50⎦
}

func ExamplePCA() {
	x := mat.NewDense(4, 2, []float64{1, 2, 2, 4, 3, 6, 4, 8})
	found, _ := regress.PCA{}.Fit(x)
	fmt.Printf("%.3f %.2f %.2f\n", mat.Col(nil, 0, found.Axes), found.Variance, found.Share)
	// Output: [0.447 0.894] [8.33 0.00] [1.00 0.00]
}
