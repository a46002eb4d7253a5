package desktest

func init() {
	setting = append(setting, "form")
	doing = append(doing, "fill", "shred")
}
