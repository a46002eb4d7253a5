package desktest

func init() { setting = append(setting, "level") }
