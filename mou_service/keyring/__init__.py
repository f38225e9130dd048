"""The institution's keys and certificates: what there is, until when, and how one takes the place of another."""
