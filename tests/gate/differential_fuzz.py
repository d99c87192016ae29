#!/usr/bin/env python3
"""Differential fuzz of the gate: what bash really runs against what the gate says about it.

Commands come out of a grammar (quoting, substitutions, here-documents, wrappers, functions, case, arrays, arithmetic,
braces, $'…', continuations, unicode) and out of random edits of those. bash runs each in a bubblewrap sandbox of its own
folder where every rm is a planted one that only leaves a mark. A miss: the mark is there and the gate said "safe".

usage: differential_fuzz.py CLASSIFIER [--count N] [--seed S] [--keep FILE]
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

# Runs inside the sandbox: reads commands, answers for each whether the planted rm ran.
INNER = r"""
import json, os, shutil, subprocess, sys, time
for line in sys.stdin:
    command = json.loads(line)
    for name in os.listdir("/box"):
        path = "/box/" + name
        shutil.rmtree(path, ignore_errors=True) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)
    open("/box/a", "w").write("one\n"); open("/box/b c", "w").write("two\n")
    if os.path.exists("/rec/hit"): os.unlink("/rec/hit")
    try:
        subprocess.run(["/bin/bash", "--norc", "--noprofile", "-c", command], cwd="/box", timeout=3,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env={"PATH": "/usr/bin:/bin", "HOME": "/box", "LANG": "C.UTF-8"}, start_new_session=True)
    except (subprocess.TimeoutExpired, ValueError, OSError):
        pass
    if any(mark in command for mark in ("&", "coproc", "setsid", ">(")):
        time.sleep(0.02)  # what was left in the background belongs to this command
    try:
        os.kill(-1, 9)  # everything else in this process namespace
    except ProcessLookupError:
        pass
    print("1" if os.path.exists("/rec/hit") else "0", flush=True)
"""


class Generator:
    """Every method gives a piece of shell. `payload` is something that runs rm in some spelling."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def pick(self, *choices):
        return self.r.choice(choices)

    def word(self):
        return self.pick("a", "'b c'", '"$HOME"', "x", "./a", "$((1+2))", "é", "'äö'", '"a b"', "-f", "~", "*", "a{1,2}", "$'t\\tb'", "\\ ", '""', "$x", "${x:-a}", "#c", "日本")

    def space(self):
        return self.r.choices([" ", "  ", "\t", " \\\n", " \\\n  "], [12, 1, 1, 2, 1])[0]

    def name(self):
        r = self.r
        return self.pick(
            "rm", "rm", "rm", "\\rm", "r\\m", "'rm'", '"rm"', "r'm'", 'r""m', "$'rm'", "$'\\x72m'", "$'\\162\\155'",
            "$'\\u0072m'", '$"rm"', "/bin/rm", "/usr/bin/rm", "/usr/../bin/rm", "//bin//rm", "/bin/r?", "/???/rm",
            "/bin/r[m]", "{rm,a}", "{rm,-f}", "r{m,}", "$(echo rm)", "`echo rm`", '"$(printf rm)"', "${x:-rm}",
            "${q-r}m", "$c", "${c}", '"$c"', "${k[0]}", "${k[@]}", "$d$e", "r${z}m", "r$'m'", "r$@m", "r$*m", "${c%x}",
            "$(printf '\\x72m')", "$(type -p rm)", "$(command -v rm)", "${f:1}", "${g//o/}", "${h,,}", "$'r\\cM'",
            "rm\\\n", "r\\\nm", "'r'\\\n'm'")

    def arguments(self):
        return "".join(self.space() + self.word() for _ in range(self.r.randint(0, 2)))

    def setup(self):
        """What gives the names above their values."""
        return self.pick("c=rm; d=r; e=m; f=xrm; g=room; h=RM; k=(rm a); ", "declare c=rm; k=([0]=rm); d=r e=m; ",
                         "read c <<< rm; ", "printf -v c rm; ", "export c=rm d=r e=m; ", "c=r; c+=m; ",
                         "for c in rm; do :; done; ", "IFS=,; c=rm,a; ", "set -- rm a; c=$1; ", "mapfile -t k <<< rm; ",
                         "eval c=rm; ", "c=$(echo rm); ", "local_x=1 c=rm; k[0]=rm; ", "typeset -n c=zz; zz=rm; ",
                         "declare -A m=([a]=rm); c=${m[a]}; ", "c=$'rm'; ", "c=r''m; ", "c='rm a'; ")

    def simple(self):
        body = self.name() + self.arguments()
        if self.r.random() < 0.2:
            body = self.pick("x=1 ", "A=b C=d ", "LC_ALL=C ", "x=$((1)) ") + body
        if self.r.random() < 0.2:
            body += self.pick(" >/dev/null", " 2>&1", " >x", " </dev/null", " <<<y", " 2>/dev/null >&2", " &>z", " >|y", " 3>q")
        return body

    def single(self, text):
        return "'" + text.replace("'", "'\\''") + "'"

    def double(self, text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`") + '"'

    def wrapped(self, body):
        r = self.r
        quoted = self.pick(self.single, self.double)
        choice = r.randint(0, 33)
        if choice == 0:
            return self.pick("command ", "exec ", "env ", "nohup ", "nice ", "time ", "setsid ", "timeout 2 ", "stdbuf -oL ", "builtin command ", "env -i PATH=/usr/bin ", "command -p ", "\\command ", "env -u x ", "nice -n 3 ", "timeout -k 1 2 ", "! ", "time -p ", "exec -a ls ", "env x=1 ", "'env' ", "c''ommand ", "xargs -r ", "coproc ") + body
        if choice == 1:
            return self.pick("bash -c ", "sh -c ", "bash -ec ", "bash --norc -c ", "bash -o pipefail -c ", "/bin/sh -c ", "env bash -c ", "eval ", "bash -xc ", "dash -c ", "bash +e -c ", "eval -- ") + quoted(body)
        if choice == 2:
            return self.pick("bash", "sh", "bash -s", "cat | bash", "source /dev/stdin", ". /dev/stdin", "bash /dev/stdin", "bash -") + " <<< " + quoted(body)
        if choice == 3:
            tag = self.pick("E", "'E'", '"E"', "\\E", "E2", "'E F'")
            plain = tag.strip("'\"\\")
            return self.pick("bash", "sh", "bash -s", "cat | sh", "bash -e") + " <<" + self.pick("", "-") + tag + "\n" + body + "\n" + plain + "\n"
        if choice == 4:
            return "echo " + quoted(body) + " | " + self.pick("bash", "sh", "bash -s", "xargs -I{} bash -c '{}'", "tee x | sh", "cat | sh", "cat - | bash")
        if choice == 5:
            return self.pick("echo $(%s)", 'echo "$(%s)"', "x=$(%s)", "x=1 y=$(%s)", "echo ${z:-$(%s)}", "echo ${z:=$(%s)}", "[[ $(%s) ]]", "test -n \"$(%s)\"", ": $(( $(%s) 1 ))", "a[$(%s)0]=1", "echo <(%s)", "cat <(%s)", "echo >(%s)", "case $(%s) in *) ;; esac", "for i in $(%s); do :; done", "cat <<E\n$(%s)\nE\n", "cat <<< $(%s)", "echo x > $(%s)", "let x=$(%s)1", "declare y=$(%s)", "export y=\"$(%s)\"", "(( $(%s)1 ))", "echo ${a[$(%s)0]}", "while $(%s) false; do :; done", "echo {a,$(%s)}", "echo $'x'$(%s)", "echo \"${z:-\"$(%s)\"}\"", "printf %%s \"$(%s)\"", "echo $(echo $(%s))", "echo \"a $(echo \"$(%s)\")\"", "x=(1 $(%s))", "x+=($(%s))", "select i in $(%s); do break; done", "echo ${z#$(%s)}", "echo ${z/$(%s)/a}", "echo ${HOME:$(%s)0}", "echo $[ $(%s) 1 ]", "[[ a == $(%s) ]]", "echo ${z+$(%s)} ${HOME+$(%s)}") .replace("%s", body, 2).replace("%%", "%")
        if choice == 6:
            return "echo `" + body.replace("\\", "\\\\").replace("`", "\\`") + "`"
        if choice == 7:
            return self.pick("if %s; then :; fi", "if true; then %s; fi", "if false; then :; else %s; fi", "if false; then :; elif %s; then :; fi", "while %s; do break; done", "until false; do %s; break; done", "for i in 1; do %s; done", "for ((i=0;i<1;i++)); do %s; done", "for ((;;)) { %s; break; }", "case a in a) %s;; esac", "case a in (a) %s;& b) :;; esac", "case a in b) ;; *) %s ;; esac", "{ %s; }", "( %s )", "(%s)", "{ %s\n}", "if true\nthen\n%s\nfi", "select i in 1; do %s; break; done <<< 1", "case x in\na|x)\n%s\n;;\nesac", "[[ -n x ]] && %s", "((1)) && %s", "! { %s; }", "for i do %s; done", "while :; do %s; break; done < /dev/null").replace("%s", body)
        if choice == 8:
            return self.pick("f() { %s; }; f", "function f { %s; }; f", "function f() { %s; }; f a", "f() ( %s ); f", "f() if true; then %s; fi; f", "f ()\n{\n%s\n}\nf", "ls() { %s; }; ls", "f() { g; }; g() { %s; }; f", "f() { %s; } >/dev/null; f", "function a.b { %s; }; a.b", "f() { :; %s; }; $(f)").replace("%s", body)
        if choice == 9:
            return self.pick("true && ", "false || ", "true; ", "true & ", "true\n", "# comment\n", ":\n\n", "x=1\n", "true |", "echo y | ", "false\n", "\n", ";true; "[1:], "echo a#b; ", "echo \\# ; ", "true;#x\n", "echo 'a'#b; ") + body
        if choice == 10:
            return body + self.pick(" && true", "; true", " | cat", " &\nwait", "\n", " |& cat", " || :", " # note", ";", " ; # x\nls", " &", "\\\n")
        if choice == 11:
            return self.pick("find . -maxdepth 0 -exec %s \\;", "find . -maxdepth 0 -exec %s {} +", "find a -execdir %s ';'", "find a -exec sh -c %q \\;", "find a -ok %s \\; <<< y").replace("%s", body.replace("\n", " ").replace(";", "")).replace("%q", quoted(body))
        if choice == 12:
            return self.pick("echo a | xargs %s", "echo a | xargs -n1 %s", "xargs %s <<< a", "xargs -I@ %s @ <<< a", "xargs sh -c %q <<< a", "xargs -a a %s", "printf 'a\\n' | xargs -0 %s", "xargs -P2 -- %s <<< b").replace("%s", body.replace("\n", " ")).replace("%q", quoted(body))
        if choice == 13:
            return self.pick("trap %q EXIT", "trap %q DEBUG; :", "trap %q 0", "trap -- %q EXIT", "trap %q ERR; false").replace("%q", quoted(body))
        if choice == 14:
            return self.pick("shopt -s expand_aliases; alias z=%q\nz", "shopt -s expand_aliases\nalias ls=%q\nls a").replace("%q", quoted(body))
        if choice == 15:
            return self.pick("awk 'BEGIN{system(\"rm a\")}'", "perl -e 'system(\"rm a\")'", "python3 -c 'import os; os.system(\"rm a\")'", "sed '1e rm a' a", "sed -n 's/.*/rm a/e' a", "find a -exec rm {} +", "awk '{print | \"rm a\"}' a", "awk '{\"rm a\" | getline}' a", "perl -e '`rm a`'", "perl -pe 's/.*/`rm a`/e' a", "sed 's/one/rm a/;e' a", "python3 - <<< 'import subprocess; subprocess.run([\"rm\"])'", "perl -e 'exec q(rm a)'", "awk -v c=rm 'BEGIN{system(c)}'", "sed -e '1{e rm a' -e '}' a", "git -c alias.x='!rm a' x", "git -c core.pager=rm -p --version", "tar cf /dev/null --checkpoint=1 --checkpoint-action=exec=rm a", "env -S 'rm a'", "env -S'rm a' b", "echo rm | while read l; do $l; done", "split --filter='rm' a", "sort --compress-program=rm a", "python3 -c \"exec('import os\\nos.system(\\'rm a\\')')\"", "printf 'rm a' | sh", "echo cm0gYQ== | base64 -d | sh", "rev <<< 'a mr' | sh", "tr x m <<< 'rx a' | sh", "bash < <(echo rm a)", "source <(echo rm a)", "bash <(echo rm a)", "cat > s <<< 'rm a'; sh s", "echo rm a > s; bash ./s", "printf 'rm a' > s; . ./s", "cp a s; echo rm > s; sh < s", "ln -s /bin/rm l; ./l a", "cp /bin/rm l; ./l a", "hash -p /bin/rm ls; ls a", "PATH=. ; ln -s /bin/rm ls; ls a", "enable -n echo; command rm", "exec 3< <(echo rm a); sh <&3", "coproc rm a", "mapfile -C 'rm #' -c 1 x < a", "BASH_ENV=<(echo rm a) bash -c :", "PROMPT_COMMAND=rm bash -i -c :", "PS4='$(rm a)'; set -x; :", "PS4='$(rm a)' bash -xc :", "x='$(rm a)'; echo ${x@P}", "x='a[$(rm a)]'; echo $((x))", "x='a[$(rm a)]'; [[ -v $x ]]", "x='a[$(rm a)]'; test -v \"$x\"", "read 'a[$(rm a)]' <<< 1", "printf -v 'a[$(rm a)]' 1", "unset 'a[$(rm a)]'", "declare 'a[$(rm a)]=1'", "x='a[$(rm a)]'; (( x ))", "x='a[$(rm a)]'; [[ $x -eq 0 ]]", "let 'a[$(rm a)]=1'", "wait -n -p 'a[$(rm a)]'", "x='a[$(rm a)0]'; declare -i y=$x", "declare -n r='a[$(rm a)]'; echo $r", "x='a[$(rm a)]'; echo ${!x}", "a=(1); x='$(rm a)'; echo ${a[$x]}", "ls | env rm", "$SHELL -c 'rm a'", "${BASH} -c 'rm a'", "$BASH -c 'rm a'", "SHELL=rm; $SHELL a", "history -s rm a; fc -s", "set -o history; fc -s", "compgen -C 'rm a'", "complete -C rm x; compgen -F f", "bind -x '\"a\":rm'", "time -- rm a", "f() { \"$@\"; }; f rm a", "f() { $1 a; }; f rm", "f() { eval \"$*\"; }; f rm a", "x() { local c=$1; shift; $c \"$@\"; }; x rm a", "set -- rm a; \"$@\"", "set -- rm a; $*", "set -- rm; $1 a", "bash -c '\"$@\"' _ rm a", "bash -c '$0 a' rm", "bash -c '$1 a' _ rm", "sh -c 'exec \"$@\"' -- rm a", "printf '%s\\n' rm | xargs env", "echo rm a | xargs -L1 env", "echo rm | xargs -I{} {} a", "find a -exec env rm {} \\;", "readarray -t z < <(echo rm); ${z[0]} a", "IFS=x; v=rmxa; $v", "v='r m'; ${v/ /} a", "eval \"$(echo cm0gYQ== | base64 -d)\"", "eval \"$(printf '\\162\\155 a')\"", "eval $'\\x72m a'", "eval r\\m a", "eval 'r''m' a", "\"r\"'m' a", "rm<a", "rm>x a", ">x rm a", "2>&1 rm a", "<a rm b", "x=1 >y rm a", "{ rm; } 2>&1", "if rm\nthen :\nfi")
        if choice == 16:
            return "cat <<" + self.pick("E", "'E'") + "\n" + self.pick("x", "it's", '"', "`", "\\", "$(", "a\\\n", "E ", " E", "# ", "$((", "${") + "\nE\n" + body
        if choice == 17:
            return "echo " + self.pick("'it'\\''s'", '"a\\"b"', "$'it\\'s'", "\\'", "a\\ b", '"\\\\"', "'\\'", "$'\\\\'", '"`echo x`"', "a'b'\"c\"", "${x:-'}'}", '"${x:-}"', "$(echo ')')", '"$(echo "x")"', "`echo \"x\"`", "\\`", "'#'", "a#b", "\\#", "$#", "${#x}", "$((2#1))", "\"#\"", "${x#y}", "{a,b}", "$'\\x27'", "'\n'", '"\n"', "\\$", "$$", "$!", "[[", "a=(b)") + self.pick("; ", " && ", "\n", " | ", " ;") + body
        if choice == 18:
            return "((" + self.pick("1", "x=1", "1+2", "1<<2", "x<<=1", "(1)", "1#2"[:1], "$(echo 1)") + "))" + self.pick("; ", " && ", "\n") + body
        if choice == 19:
            return "[[ " + self.pick("a", "-n x", "a == b*", "a =~ ^(a|b)$", "a && b", "! a", "( a )", "a < b", "x -eq 1", "a =~ [)]") + " ]]" + self.pick("; ", " || ", " && ", "\n") + body
        if choice == 20:
            return self.pick("a=(1 2)", "a[0]=1", "declare -a b=(1)", "a=([0]=x [1]=y)", "a+=(3)", "a=(\n1\n# c\n2\n)", "declare -A m=([k]=v)", "a=(`echo 1`)", "x=$((1<<2))", "x=$(cat <<E\nhi\nE\n)", "x=$(case a in a) echo;; esac)", "x=\"$(cat <<'E'\n'\nE\n)\"", "x=$(echo \")\")", "x=$(# c )\necho)", "x=`# c`") + self.pick("; ", "\n") + body
        if choice == 21:
            return self.pick("shopt -s extglob\n", "set -f; ", "shopt -s nullglob; ", "set +o posix; ", "shopt -s globstar\n") + self.pick("echo @(a|b)", "ls !(x)", "echo +(a)", "[[ a == @(a|b) ]]", ":") + self.pick("; ", "\n") + body
        if choice == 22:
            return body.replace(" ", " \\\n", 1)
        if choice == 23:
            return "é=1 " * 0 + self.pick("echo é", "echo 日本", "echo '→'", "echo “x”", "echo \u00a0x", "x=ü", "echo $'\\u00e9'") + "; " + body
        if choice == 24:
            return self.pick("cat <<A <<B\n1\nA\n2\nB\n", "cat <<A | cat\nx\nA\n", "cat <<-A\n\tx\n\tA\n", "cat <<'A'; echo\n`\nA\n", "cat <<A && \\\n%s\nx\nA\n", "{ cat <<A\n$x\nA\n}\n", "cat << \"A\"\n$(\nA\n", "(cat <<A\nx\nA\n)\n", "cat <<A; %s\ny\nA\n", "cat <<''\nx\n\n", "cat <<A#\nx\nA#\n", "cat <<A'B'\n$(\nAB\n", "cat <<$A\nx\n$A\n", "cat <<\\A\n\\\nA\n", "cat <<A\nx\\\nA\nA\n").replace("%s", body) + body
        if choice == 25:
            return self.pick("time {", "time (", "! (", "coproc {", "{ {", "( (", "((") + " " + body + self.pick("; }", " )", ")", "; } }", ") )", "))")
        if choice == 26:
            return self.pick("exec {fd}>x; ", "exec 3>&1; ", "exec 3<a; ", "{fd}<a ", "3<&0 ") + body
        return body

    def edit(self, text):
        """A few random edits: where parsers part ways."""
        pieces = ["'", '"', "\\", "`", "$", "\n", ";", "&", "|", "#", "(", ")", "{", "}", "<", ">", " ", "\\\n", "$(", "${", "$((", "<<E\n", "''", '""', "\t", "!", "[", "]", "*", "=", "~", "é", "\u00a0", "\r", "\x01", "$'", '$"', "<<<", ";;", "&&", "do ", "fi", "E\n", " # ", "@P", "=~"]
        for _ in range(self.r.randint(1, 2)):
            at = self.r.randint(0, len(text))
            kind = self.r.random()
            if kind < 0.7:
                text = text[:at] + self.r.choice(pieces) + text[at:]
            elif kind < 0.85 and text:
                text = text[:at] + text[at + 1:]
            else:
                other = self.r.randint(0, len(text))
                low, high = min(at, other), min(max(at, other), min(at, other) + 6)
                text = text[:high] + text[low:high] + text[high:]
        return text

    def command(self):
        body = self.simple()
        if "$" in body or self.r.random() < 0.1:
            body = self.setup() + body
        for _ in range(self.r.choices([0, 1, 2, 3], [1, 5, 4, 2])[0]):
            body = self.wrapped(body)
        if self.r.random() < 0.35:
            body = self.edit(body)
        return body


def run_in_sandbox(commands):
    folder = tempfile.mkdtemp(prefix="swy-fuzz-")
    try:
        planted = os.path.join(folder, "rm")
        with open(planted, "w") as file:
            file.write("#!/bin/sh\n: > /rec/hit\n")
        os.chmod(planted, 0o755)
        for name in ("box", "rec"):
            os.mkdir(os.path.join(folder, name))
        arguments = ["bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/alternatives", "/etc/alternatives",
                     "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--symlink", "usr/bin", "/bin",
                     "--ro-bind", planted, "/usr/bin/rm", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
                     "--tmpfs", "/box", "--tmpfs", "/rec", "--cap-drop", "ALL",
                     "prlimit", "--fsize=1000000", "--cpu=900", "python3", "-c", INNER]
        text = "".join(json.dumps(command) + "\n" for command in commands)
        done = subprocess.run(arguments, input=text, capture_output=True, text=True, timeout=1800, cwd="/")
        answers = done.stdout.split()
        if len(answers) != len(commands):
            raise RuntimeError("the sandbox gave %d answers for %d commands: %s" % (len(answers), len(commands), done.stderr[-400:]))
        return [answer == "1" for answer in answers]
    finally:
        shutil.rmtree(folder)


def classify(program, commands):
    text = "".join(json.dumps({"command": command}) + "\n" for command in commands)
    done = subprocess.run([program], input=text, capture_output=True, text=True, timeout=1800)
    lines = done.stdout.splitlines()
    if len(lines) != len(commands):
        raise RuntimeError("the classifier gave %d verdicts for %d commands" % (len(lines), len(commands)))
    return [json.loads(line)["verdict"] for line in lines]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("classifier")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="write the misses to this file, a JSON line each")
    options = parser.parse_args()
    if not shutil.which("bwrap") or subprocess.run(["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"]).returncode:
        print("SKIP: bubblewrap does not work here")
        return 77
    generator = Generator(options.seed)
    commands = []
    seen = set()
    while len(commands) < options.count:
        command = generator.command()
        if command not in seen and "\0" not in command:
            seen.add(command)
            commands.append(command)
    ran = run_in_sandbox(commands)
    verdicts = classify(options.classifier, commands)
    misses = [command for command, hit, verdict in zip(commands, ran, verdicts) if hit and verdict == "safe"]
    asked = sum(1 for hit, verdict in zip(ran, verdicts) if not hit and verdict != "safe")
    print("%d commands, seed %d: the planted rm ran in %d, misses %d; asked without a run %d" % (len(commands), options.seed, sum(ran), len(misses), asked))
    for command in misses[:40]:
        print("MISS", json.dumps(command, ensure_ascii=False))
    if options.keep:
        with open(options.keep, "w") as file:
            file.writelines(json.dumps({"command": command}) + "\n" for command in misses)
    if sum(ran) < len(commands) // 5:
        print("too few commands ran the planted rm: the generator or the sandbox is broken")
        return 1
    return 1 if misses else 0


sys.exit(main())
