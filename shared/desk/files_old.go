package desk

import (
	"context"
	"strings"
	"time"

	"guichet/shared/store"
)

// ForgetFiles deletes files that were kept to be sent and whose time is over (keepFileDays), and returns how many. On AWS a rule of the bucket does it.
func (d *Desk) ForgetFiles(ctx context.Context) (int, error) {
	n := 0
	for after := ""; ; {
		list, err := d.Store.Blobs.List(ctx, store.TmpPrefix, after, 1000)
		if err != nil {
			return n, err
		}
		for _, b := range list {
			after = b.Key
			day, err := time.Parse(keptDay, firstDigits(b.Key[strings.LastIndexByte(b.Key, '/')+1:]))
			if err != nil || d.Now().Before(day.AddDate(0, 0, keepFileDays+2)) { // a day more: an answer may be reading it
				continue
			}
			if err := d.Store.Blobs.Delete(ctx, b.Key); err != nil {
				return n, err
			}
			n++
		}
		if len(list) < 1000 {
			return n, nil
		}
	}
}

func firstDigits(s string) string { return s[:min(len(s), len(keptDay))] }
