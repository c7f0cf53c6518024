"""Deadlines: working days and holidays of North Rhine-Westphalia, periods by §§ 186–193 BGB."""
