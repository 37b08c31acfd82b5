"""Plan versions and agencies as published, and who may see which rows."""
