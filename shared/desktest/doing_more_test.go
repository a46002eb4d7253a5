package desktest

func init() {
	setting = append(setting, "form", "talk", "box")
	doing = append(doing, "fill", "shred", "says", "chorus", "told", "escalate", "visits")
}
