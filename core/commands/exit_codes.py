"""What the exit status of a command says, for scripts."""

FINE, PROBLEM, UNUSABLE, RUN_FAILED, INTERRUPTED = 0, 1, 2, 3, 130

EXIT_CODES = """exit status:
  0    all went well
  1    the design or the data have a problem
  2    the command line is wrong, or a file cannot be read or written
  3    a run failed on its way: a value became NaN or infinite, or a layer failed
  130  stopped by Ctrl+C"""
