"""What the program does without a screen: `python main.py train|check|show …`. A command a file, each with a `run`."""
