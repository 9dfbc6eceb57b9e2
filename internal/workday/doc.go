// Package workday counts working days as Indonesian government offices do:
// Monday to Friday, less national holidays and joint leave (cuti bersama). Both
// are decreed year by year, late in the year before, and often amended in the
// year itself; so they are data (data/holidays/YEAR.yaml), each day with its
// decree.
//
// # Counting
//
// "Within n working days from knowing" does not count the day of knowing:
// whoever learns of something on Monday has until Wednesday for "two working
// days". When the day of knowing is no working day, the count still begins on
// the next working day. Some procedures count the first day too; Same is for
// them.
//
// # What is not known
//
// No decree exists yet for years to come, and none was entered for years long
// past. In such a year only weekends are left out, and every result says so:
// its sure is false, which means "at the earliest", since holidays can only
// push a deadline back. Covered makes a fault of that for those who must not go
// on. A decree amended after the data was compiled cannot be seen here; the
// demand "newest data" is the operator's.
//
// Regional holidays and half days are not in the data: offices of Jakarta have
// none that are decreed for all.
package workday
