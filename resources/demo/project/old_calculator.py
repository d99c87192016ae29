# quick and dirty, TODO clean up
import sys


def calc(s):
    try:
        return eval(s)
    except:
        return "error"


if __name__ == "__main__":
    print(calc(" ".join(sys.argv[1:])))
