package rdm

// definition is that of the measure, and says what else was done.
func (p *plan) definition() Definition {
	d := p.e.Measure.Definition
	if p.noise != nil {
		d.Measure = p.whitenedName()
		d.Text += p.noiseText()
	}
	if p.e.RemoveMean {
		d.Text += "; of patterns minus their mean over channels"
	}
	if p.folds != nil {
		d.Text += p.e.foldText()
	}
	if p.e.Missing == LeftOut {
		d.Text += p.e.missingText()
	}
	return d
}

// whitenedName says that patterns are freed of noise, unless the measure does.
func (p *plan) whitenedName() string {
	m := p.e.Measure
	if m.NeedsNoise || m.NeedsFolds {
		return m.Name
	}
	return "whitened " + m.Name
}

// noiseText says where the covariance of the noise comes from.
func (p *plan) noiseText() string {
	m, text := p.e.Measure, "; Σ from residuals X: "+p.noise.At(0, 0).Text
	switch {
	case m.centers:
		text = "; of patterns times Σ^-½, Σ the covariance of the noise" + text
	case !m.NeedsNoise && !m.NeedsFolds:
		text = "; of patterns freed of noise, Σ its covariance" + text
	}
	if len(p.noise.All[0]) > 1 {
		text += ", at each time"
	}
	switch {
	case p.noisePerFold() && p.e.Measure.symmetric:
		text += ", in each fold, averaged over the two of a pair"
	case p.noisePerFold():
		text += ", in each fold, pooled over those for training"
	}
	return text
}

// foldText says what the folds are, and which is for test.
func (e Estimator) foldText() string {
	folds := "; fold k holds observation k of every condition"
	if e.Folds != "" {
		folds = "; one fold per " + e.Folds
	}
	if e.Pairing == AllPairs {
		return folds + ", all pairs of folds"
	}
	return folds + ", each for test once and all others for training"
}

// missingText says over which channels a pair is.
func (e Estimator) missingText() string {
	text := "; over the channels that every observation of both conditions has"
	if e.Measure.angle == nil && !e.Measure.inErrors && !e.Measure.Definition.PerChannel {
		text += ", scaled to all channels"
	}
	return text
}
