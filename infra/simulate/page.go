package main

import "io"

func write(w io.Writer, reports []*Report) {
	for _, r := range reports {
		r.Write(w)
	}
}

func page(w io.Writer, reports []*Report) {}
