"""The run itself: plan, act, reflect, drive; how it is paused, limited and stopped."""
