"""Backups: the database and the blobs, copied while the office works, and brought back.

manifest  what a backup is: one JSON file that names all it consists of, by SHA-256
places    where backups lie: a folder
sealing   encryption with age
make      maild backup: a snapshot of the database, then the blobs that the place does not have yet
verify    every object read again and held against its manifest
prune     which backups are kept, and what no kept one needs
restore   maild restore: back into empty places, or into temporary ones to see that it would work

What follows a restore in the office's work (mail that is read again, notices that are held) is maild.office.safety's:
`recollect`, `bytes_again`.
"""
