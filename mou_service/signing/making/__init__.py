"""The file that people sign: made and certified, stamped at each act, sealed, time-stamped and checked."""
