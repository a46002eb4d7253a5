package inbox

import (
	"guichet/shared/guichet"
)

// rate gives a message its mood: what an analysis of sentiments calls, or an agent who knows better (A033).
func (h *door) rate(c *call) (any, error) {
	var in struct {
		Sentiment guichet.Mood `json:"sentiment"`
		Score     float64      `json:"score"`
		By        string       `json:"by"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if _, _, err := c.messageID().Split(); err != nil {
		return nil, guichet.Errorf(guichet.NotFound, "message")
	}
	return nil, h.d.Rate(c.Context(), c.t, c.me.ID, c.messageID(), guichet.Sentiment{Mood: in.Sentiment, Score: in.Score, By: in.By})
}

// reach notes how many accounts a contact follows, and how many follow him, as his channel tells (A027).
func (h *door) reach(c *call) (any, error) {
	var in struct {
		Followed  *int64 `json:"followed"`
		Followers *int64 `json:"followers"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.Followed == nil || in.Followers == nil {
		return nil, guichet.Wrongf("followers", "say both followed and followers: numbers from 0 on")
	}
	return nil, h.d.SetReach(c.Context(), c.t, c.me.ID, guichet.ContactID(c.PathValue("id")), guichet.Reach{Followed: *in.Followed, Followers: *in.Followers})
}

// ratingDTO is who said what mood a message is in, and how sure he is.
type ratingDTO struct {
	Score float64 `json:"score"` // -1 to 1
	By    string  `json:"by"`
	At    *string `json:"at"`
}

// indicatorsDTO are the indicators of a contact's card. What no channel told is null.
type indicatorsDTO struct {
	Positive  int    `json:"positive"`
	Neutral   int    `json:"neutral"`
	Negative  int    `json:"negative"`
	Followed  *int64 `json:"followed"`
	Followers *int64 `json:"followers"`
}

func wireSentiment(s *guichet.Sentiment) (*string, *ratingDTO) {
	if s == nil {
		return nil, nil
	}
	mood := string(s.Mood)
	return &mood, &ratingDTO{s.Score, s.By, timeOf(s.At)}
}

func wireIndicators(p *guichet.Contact) indicatorsDTO {
	out := indicatorsDTO{Positive: p.Moods.Positive, Neutral: p.Moods.Neutral, Negative: p.Moods.Negative}
	if p.Reach.Told {
		out.Followed, out.Followers = &p.Reach.Followed, &p.Reach.Followers
	}
	return out
}
