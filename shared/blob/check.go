package blob

import (
	"strings"
	"unicode/utf8"

	"guichet/shared/guichet"
)

// Limits of the contract.
const (
	MaxKey  = 900  // bytes of a key
	MaxList = 1000 // blobs of one List
)

// CheckKey refuses a key that not both engines can hold (Invalid).
func CheckKey(key string) error {
	if key == "" || len(key) > MaxKey || !utf8.ValidString(key) {
		return guichet.Wrongf("key", "blob key of %d bytes, must be 1..%d bytes of UTF-8", len(key), MaxKey)
	}
	for part := range strings.SplitSeq(key, "/") {
		if part == "" || part == "." || part == ".." {
			return guichet.Wrongf("key", "blob key with the part %q", part)
		}
	}
	return nil
}

// CheckPut refuses a bad key or a size below zero (Invalid).
func CheckPut(key string, size int64) error {
	if size < 0 {
		return guichet.Wrongf("size", "blob of %d bytes", size)
	}
	return CheckKey(key)
}

// CheckList refuses a limit out of 1..MaxList, or a prefix or after that is no UTF-8 (Invalid).
func CheckList(prefix, after string, limit int) error {
	if limit < 1 || limit > MaxList {
		return guichet.Wrongf("limit", "blob list of %d, must be 1..%d", limit, MaxList)
	}
	if !utf8.ValidString(prefix) || !utf8.ValidString(after) || len(prefix) > MaxKey || len(after) > MaxKey {
		return guichet.Wrongf("prefix", "blob list with a prefix or start that no key has")
	}
	return nil
}
