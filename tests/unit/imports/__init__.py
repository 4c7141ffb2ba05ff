"""Files read from outside: spreadsheets and open data. All people, organisations and contracts are invented."""
