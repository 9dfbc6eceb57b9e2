package ask

// Topics sort the acts of the book for a person who answers by questions: nine
// short lists instead of one of fifty. It is presentation, not law; a test sees
// to it that every act has exactly one topic.
type topic struct {
	Key  string // catalogue: ask.topic.KEY
	Acts []string
}

func topics() []topic {
	return []topic{
		{"online", []string{"like", "comment", "share", "follow", "join_group", "post_support", "profile_frame", "attack", "unlike"}},
		{"photo", []string{"photo", "pose", "show_ink", "show_ballot"}},
		{"event", []string{"attend_event", "attend_campaign", "attend_introduction", "accompany_registration", "speak_event", "duty_event"}},
		{"support", []string{"voice_support", "congratulate", "appeal", "mobilise", "organise_activity", "join_party", "team_role", "party_witness", "support_letter", "collect_ids"}},
		{"thing", []string{"install_display", "wear_attribute", "receive_goods", "give_goods", "donate", "lend_private", "trade"}},
		{"family", []string{"family_activity", "take_leave"}},
		{"run", []string{"seek_candidacy", "run", "resign_to_run"}},
		{"office", []string{"favouring_decision", "use_facility", "use_budget", "use_programme", "replace_officials", "equal_service"}},
		{"citizen", []string{"vote", "follow_news", "watch_programme", "teach_voting", "report_breach", "report_id_misuse", "answer_survey", "election_worker"}},
	}
}
