package mail

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

const (
	outIndexHead = 22 // bytes: six of the time, sixteen that name the conversation (MS-OXOMSG 2.2.1.3)
	outIndexStep = 5  // bytes for each answer
	outIndexMost = 40 // answers that are kept: a header line stays a header line
)

// NextThreadIndex returns the Thread-Index of an answer to a mail that has parent: the same 22 bytes, by which Outlook groups (D-26), the
// steps of the parent, and one more for this answer. Of a very long conversation only the last 39 steps are kept. A parent that is no
// Thread-Index (shorter than 22 bytes, or not 22 and a multiple of 5) gives nil: then the answer has none.
func NextThreadIndex(parent []byte, now time.Time) []byte {
	if len(parent) < outIndexHead || (len(parent)-outIndexHead)%outIndexStep != 0 {
		return nil
	}
	steps := parent[outIndexHead:]
	if most := (outIndexMost - 1) * outIndexStep; len(steps) > most {
		steps = steps[len(steps)-most:]
	}
	out := make([]byte, 0, outIndexHead+len(steps)+outIndexStep)
	out = append(append(out, parent[:outIndexHead]...), steps...)
	return append(out, outIndexDelta(parent, steps, now)...)
}

// NewThreadIndex returns the Thread-Index of the first mail of a conversation, named by seed: its Message-ID, or the tenant and case.
func NewThreadIndex(seed string, now time.Time) []byte {
	out := make([]byte, 8, 24)
	binary.BigEndian.PutUint64(out, outFileTime(now))
	name := sha256.Sum256([]byte(seed))
	return append(out[:6], name[:16]...)
}

// outIndexDelta returns one step: the time since the conversation began, in units of 2^18 (about 26 ms) or, beyond 1.7 years, of 2^23 times
// 100 ns, with a bit that says which, and the number of the step where Outlook has a random one.
func outIndexDelta(head, steps []byte, now time.Time) []byte {
	var start [8]byte
	copy(start[:6], head[:6])
	begun, at := binary.BigEndian.Uint64(start[:]), outFileTime(now)
	delta := uint64(0)
	if at > begun {
		delta = at - begun
	}
	v := uint32(delta>>18) & 0x7fffffff
	if delta>>49 != 0 {
		v = uint32(delta>>23)&0x7fffffff | 0x80000000
	}
	out := binary.BigEndian.AppendUint32(nil, v)
	return append(out, byte(len(steps)/outIndexStep)<<4)
}

// outFileTime returns t as 100 ns since 1601; 0 for times before 1970.
func outFileTime(t time.Time) uint64 {
	const epoch = 116444736000000000
	if t.Unix() < 0 {
		return 0
	}
	return uint64(t.Unix())*1e7 + uint64(t.Nanosecond()/100) + epoch
}
