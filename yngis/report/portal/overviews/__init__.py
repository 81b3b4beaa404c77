"""Pages that show all zones beside each other (总览): rankings, prefectures, changes, downloads."""
