"""Records on paper's place: visits, drills, trainings, regulations. One store and one history for all."""
