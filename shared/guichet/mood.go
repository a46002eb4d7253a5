package guichet

import (
	"math"
	"time"
)

// CanRate is the right to say what mood a message is in, and how far its writer reaches: of an agent, or of a program that analyses (A033).
const CanRate Permission = "rate"

// InteractionRated says that a message was given a mood, or another one than before.
const InteractionRated FactKind = "interaction.rated"

// Mood of a message: the words are those of the Digital Engagement API.
type Mood string

const (
	Positive Mood = "positive"
	Neutral  Mood = "neutral"
	Negative Mood = "negative"
)

// Sentiment is what somebody made of a message that a contact wrote.
type Sentiment struct {
	Mood  Mood      `json:"m"`
	Score float64   `json:"s,omitempty"` // -1 (bad) to 1 (good); 0 when not said
	By    string    `json:"b"`           // what said so: a program's name, or the agent's id
	At    time.Time `json:"t"`
}

// maxSentimentBy bounds Sentiment.By, in bytes.
const maxSentimentBy = 60

// Valid reports nil for a sentiment that can be kept; Invalid names the field as on the wire.
func (s Sentiment) Valid() error {
	switch {
	case s.Mood != Positive && s.Mood != Neutral && s.Mood != Negative:
		return Wrongf("sentiment", "sentiment is positive, neutral or negative, not %.40q", string(s.Mood))
	case math.IsNaN(s.Score) || s.Score < -1 || s.Score > 1:
		return Wrongf("score", "score is a number from -1 to 1")
	case len(s.By) > maxSentimentBy:
		return Wrongf("by", "by has at most %d bytes", maxSentimentBy)
	}
	return nil
}

// Moods counts the messages of a contact by mood (A027).
type Moods struct {
	Positive int `json:"p,omitempty"`
	Neutral  int `json:"n,omitempty"`
	Negative int `json:"g,omitempty"`
}

// Add counts n messages more of a mood; fewer, if n is negative. What is no mood counts nowhere.
func (k *Moods) Add(m Mood, n int) {
	switch m {
	case Positive:
		k.Positive += n
	case Neutral:
		k.Neutral += n
	case Negative:
		k.Negative += n
	}
}

// Reach is what a channel tells of a contact's account there (A027). The zero Reach: nothing.
type Reach struct {
	Told      bool  `json:"t,omitempty"`
	Followed  int64 `json:"d,omitempty"` // accounts that he follows
	Followers int64 `json:"s,omitempty"`
}

// Rated returns the mood that a message counts with on its writer's card; empty if it counts on nobody's. It asks the message alone, so that a count made
// again later comes out the same. A forged mail says nothing about the person whose address it carries, and what was split off counts where it is now.
func (m *Message) Rated() Mood {
	if m.Sentiment == nil || m.Direction != Inbound || m.Moved != "" || m.From.Addr == "" || m.Verdicts.Forged() {
		return ""
	}
	return m.Sentiment.Mood
}
