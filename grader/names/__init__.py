"""What is known of an applicant, found in answers, so that no judge and no blind rater is shown it."""
