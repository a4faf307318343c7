"""The spine's engine room: database transactions open here and nowhere else."""
