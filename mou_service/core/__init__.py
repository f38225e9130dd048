"""What every feature stands on; knows no agreement."""
