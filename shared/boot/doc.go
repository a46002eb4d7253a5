// Package boot is the door between the world's events and the desk: environment and AWS events in, plain calls out; and what to try again,
// what to park, what to leave alone. Its handlers are plain values: Lambda calls them through Start, the house on one machine calls
// them itself.
package boot
