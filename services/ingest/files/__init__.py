"""Files: officers fill a form in a spreadsheet, and all of it is filed at once."""
