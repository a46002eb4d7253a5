package guichet

import (
	"hash/fnv"
	"strconv"
)

// Number makes the number that clients of the API want where our ids are words: the id itself if it is a number, else 31 bits of its hash.
func Number(id string) int64 {
	if n, err := strconv.ParseInt(id, 10, 53); err == nil && n > 0 && strconv.FormatInt(n, 10) == id {
		return n
	}
	h := fnv.New32a()
	h.Write([]byte(id))
	return int64(h.Sum32()&0x7fffffff) + 1
}
