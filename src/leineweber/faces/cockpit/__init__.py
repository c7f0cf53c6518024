"""The cockpit: are we where we wanted to be, and what needs me. First the sentence, then figure, picture, table."""
