#include "gate/analysis.h"

#include "gate/code_scan.h"

namespace switchyard::gate {

namespace {
// Nothing but what only the running shell knows: no code that could be looked at.
bool isOpaque(const Word& code)
{
    auto rest = code.text;
    rest.remove(hole);
    return code.unknown() && std::ranges::none_of(rest, [](QChar c) { return c.isLetterOrNumber(); });
}

Word joinedWord(const QList<Word>& words)
{
    auto whole = words.first();
    for (const auto& word : words.sliced(1)) {
        whole.text += u' ' + word.text;
        whole.dynamic = whole.dynamic || word.dynamic;
    }
    whole.onlyVariable.clear();
    return whole;
}

bool looksLikeAssignment(const QString& text)
{
    static const QRegularExpression assignment(uR"(^[A-Za-z_][A-Za-z0-9_]*=)"_s);
    return assignment.match(text).hasMatch();
}

//! Goes through a command line the way a program with "stop at the first plain word" does.
struct Options {
    QList<std::pair<QString, Word>> values; //!< of options that take one
    QStringList flags;
    qsizetype rest = 0; //!< index of the first word that is no option
    bool dashes = false;
};

Options leadingOptions(const QList<Word>& argv, qsizetype from, const QStringList& valueFlags, bool longSingleDash)
{
    Options out;
    qsizetype i = from;
    for (; i < argv.size(); ++i) {
        const auto& text = argv[i].text;
        if (text == u"--") {
            ++i;
            out.dashes = true;
            break;
        }
        if (!text.startsWith(u'-') || text == u"-")
            break;
        const auto take = [&](const QString& name, qsizetype at) {
            if (at < text.size()) {
                auto part = argv[i];
                part.text = text.sliced(at);
                out.values << std::pair(name, part);
            } else if (i + 1 < argv.size()) {
                out.values << std::pair(name, argv[++i]);
            }
        };
        if (text.startsWith(u"--") || longSingleDash) {
            const auto equals = text.indexOf(u'=');
            const auto name = equals < 0 ? text : text.first(equals);
            out.flags << name;
            const auto full = std::ranges::find_if(
                valueFlags, [&](const QString& f) { return f == name || (name.size() > 3 && f.startsWith(name)); });
            if (equals >= 0)
                take(full == valueFlags.end() ? name : *full, equals + 1);
            else if (full != valueFlags.end())
                take(*full, text.size());
            continue;
        }
        out.flags << text;
        if (valueFlags.contains(text)) {
            take(text, text.size());
            continue;
        }
        const auto word = text; // argv[i] moves on when a value is taken
        for (qsizetype letter = 1; letter < word.size(); ++letter) {
            const QString name = u"-"_s + word[letter];
            out.flags << name;
            if (!valueFlags.contains(name))
                continue;
            take(name, letter + 1);
            break;
        }
    }
    out.rest = i;
    return out;
}
} // namespace

bool Analysis::unfold(const Arguments& arguments, const Invocation& invocation, int depth)
{
    const auto& program = arguments.program();
    using Handler = void (Analysis::*)(const Invocation&, int);
    static const QHash<QString, Handler> handlers{
        {u"shell"_s, &Analysis::handleShell},       {u"eval"_s, &Analysis::handleEval},
        {u"trap"_s, &Analysis::handleTrap},         {u"alias"_s, &Analysis::handleAlias},
        {u"source"_s, &Analysis::handleSource},     {u"find"_s, &Analysis::handleFind},
        {u"git"_s, &Analysis::handleGit},           {u"subscripts"_s, &Analysis::handleSubscripts},
        {u"parallel"_s, &Analysis::handleParallel}, {u"targets"_s, &Analysis::handleTargets},
    };
    if (const auto handler = handlers.value(m_rules->handler(program)))
        (this->*handler)(invocation, depth);
    QString id;
    if (const auto* spec = m_rules->wrapper(program, arguments, &id))
        wrapper(*spec, id, invocation, depth);
    for (const auto* spec : m_rules->interpreters(program))
        interpreter(*spec, invocation, depth);
    // Something unknown may be a wrapper: "tool rm x", "tool -- rm x".
    if (!m_rules->knows(program) && !m_frame.parsed.functions.contains(program)) {
        const auto& argv = invocation.argv;
        const auto dashes = std::ranges::find_if(argv, [](const Word& word) { return word.text == u"--"; });
        const auto first = arguments.positionalIndexes().value(0, argv.size());
        // Words that tools like to give their own sub-commands are left to the rule for verbs.
        static const QStringList verbs{u"format"_s, u"mount"_s,  u"umount"_s, u"unmount"_s, u"eject"_s,
                                       u"raw"_s,    u"trash"_s,  u"erase"_s,  u"del"_s,     u"rd"_s,
                                       u"scrub"_s,  u"please"_s, u"super"_s,  u"r"_s,       u"q"_s,
                                       u"view"_s,   u"more"_s,   u"sql"_s,    u"ex"_s,      u"wipe"_s};
        const auto dashed = qsizetype(std::distance(argv.begin(), dashes)) + 1;
        for (const auto at : {first, dashed}) {
            if (at >= argv.size() || !argv[at].literal() || !m_rules->acts(baseName(argv[at].text)))
                continue;
            const bool verb = at != dashed && verbs.contains(argv[at].text);
            const bool gitHost =
                argv[at].text == u"git" &&
                (at + 1 >= argv.size() || !m_rules->table(u"git"_s).subCommands.contains(argv[at + 1].text));
            if (!verb && !gitHost)
                inner(argv.sliced(at), invocation, depth);
        }
    }
    // ./tool or a path: what it is may be known.
    if (invocation.argv.first().text.contains(u'/'))
        runsFile(invocation.argv.first(), invocation, depth, {});
    return true;
}

void Analysis::inner(QList<Word> argv, const Invocation& outer, int depth)
{
    if (argv.isEmpty())
        return;
    Invocation invocation;
    while (!argv.isEmpty() && looksLikeAssignment(argv.first().text) && argv.size() > 1)
        argv.removeFirst(); // env's own were looked at; others are unusual and harmless here
    invocation.argv = argv;
    invocation.input = outer.input;
    invocation.folder = outer.folder;
    invocation.span = outer.span;
    command(invocation, depth + 1);
}

void Analysis::script(const Word& text, const Invocation& invocation, int depth, const QString& label)
{
    if (text.unknown())
        return report(u"obfuscation"_s, u"parts of a script are only known when it runs"_s, u"script.dynamic"_s,
                      text.span);
    addScript({text.text,
               outward(text.span.length > 0 ? text.span : invocation.span),
               {invocation.folder, invocation.input},
               depth + 1,
               m_frame.node,
               label,
               false,
               m_frame.script.fromFile});
}

void Analysis::joined(const QList<Word>& words, const Invocation& invocation, int depth, const QString& label)
{
    if (words.isEmpty())
        return;
    if (words.size() == 1)
        return script(words.first(), invocation, depth, label);
    const bool plain = std::ranges::all_of(words, [](const Word& word) {
        return std::ranges::all_of(
            word.text, [](QChar c) { return c.isLetterOrNumber() || u"-_./=:,@%+~"_s.contains(c) || c == hole; });
    });
    if (plain) // no need for a parser, and unknown words stay what they are: words
        return inner(words, invocation, depth);
    auto whole = joinedWord(words);
    whole.span = invocation.span;
    script(whole, invocation, depth, label);
}

void Analysis::wrapper(const WrapperSpec& spec, const QString& id, const Invocation& invocation, int depth)
{
    const auto& argv = invocation.argv;
    qsizetype at = 1;
    if (!spec.sub.isEmpty()) { // past the sub-command, whichever of its spellings this is
        const auto arguments = Arguments::read(argv, m_rules->table(baseName(argv.first().text)));
        const auto words = spec.sub.first() == u"*" ? 0 : spec.sub.first().count(u' ') + 1;
        if (words > 0 && words <= arguments.positionalIndexes().size())
            at = arguments.positionalIndexes()[words - 1] + 1;
        else if (!arguments.positionalIndexes().isEmpty())
            at = arguments.positionalIndexes().first();
    }
    if (!spec.argvFlags.isEmpty()) {
        for (qsizetype i = at; i < argv.size(); ++i) {
            for (const auto& flag : spec.argvFlags) // --command='rm x'
                if (spec.joins && argv[i].text.startsWith(flag + u'=')) {
                    auto value = argv[i];
                    value.text = value.text.sliced(flag.size() + 1);
                    return script(value, invocation, depth, baseName(argv.first().text));
                }
            if (i + 1 < argv.size() && spec.argvFlags.contains(argv[i].text)) {
                spec.joins ? joined(argv.sliced(i + 1), invocation, depth, baseName(argv.first().text))
                           : inner(argv.sliced(i + 1), invocation, depth);
                if (spec.joins)
                    return;
            }
        }
    }
    const auto options = spec.options
                             ? leadingOptions(argv, at, spec.valueFlags + spec.scriptFlags, spec.longSingleDash)
                             : Options{{}, {}, at};
    for (const auto& [flag, value] : options.values)
        if (spec.scriptFlags.contains(flag))
            script(value, invocation, depth, baseName(argv.first().text) + u' ' + flag);
    if (std::ranges::any_of(spec.unlessFlags, [&options](const QString& flag) { return options.flags.contains(flag); }))
        return;
    auto rest = argv.sliced(std::min<qsizetype>(options.rest, argv.size()));
    while (spec.assignments && !rest.isEmpty() && looksLikeAssignment(rest.first().text)) {
        const auto equals = rest.first().text.indexOf(u'=');
        auto value = rest.first();
        value.text = value.text.sliced(equals + 1);
        setting(rest.first().text.first(equals), value, value.span);
        rest.removeFirst();
    }
    if (spec.afterDashes && !options.dashes) {
        const auto dashes = std::ranges::find_if(rest, [](const Word& word) { return word.text == u"--"; });
        rest = dashes == rest.end() ? QList<Word>() : rest.sliced(std::distance(rest.begin(), dashes) + 1);
    } else {
        rest = rest.sliced(std::min<qsizetype>(spec.skip, rest.size()));
        if (!rest.isEmpty() && rest.first().text == u"--")
            rest.removeFirst();
    }
    // An option with a value that is not listed must not pass for the command, nor the command for a value.
    if (spec.loose && (rest.isEmpty() || !m_rules->knows(baseName(rest.first().text)))) {
        const auto program = std::find_if(argv.begin() + at, argv.end(),
                                          [this](const Word& word) { return m_rules->acts(baseName(word.text)); });
        if (program != argv.end())
            rest = argv.sliced(std::distance(argv.begin(), program));
    }
    if (rest.size() > 1 && spec.scriptFlags.contains(rest.first().text))
        return script(rest[1], invocation, depth, rest.first().text);
    // A login without a command reads its commands: ssh host < script
    if (id == u"wrap.ssh" && rest.isEmpty())
        return inputAsCode(u"sh"_s, invocation, depth);
    if (rest.isEmpty() || (!spec.argvFlags.isEmpty() && spec.skip == 0))
        return;
    if (spec.eachIsScript) {
        for (const auto& word : std::as_const(rest))
            if (!word.text.startsWith(u'-'))
                script(word, invocation, depth, id);
    } else if (spec.joins) {
        joined(rest, invocation, depth, baseName(argv.first().text));
    } else if (spec.readsInput) {
        auto fed = invocation;
        const bool fromFile = std::ranges::any_of(
            options.values, [](const auto& value) { return value.first == u"-a" || value.first == u"--arg-file"; });
        if (!fromFile) // it reads its own input
            fed.input = {Input::Kind::Inherited, {}};
        for (const auto& [flag, placeholder] : options.values) // "{}" for whatever name it has here
            if ((flag == u"-I" || flag == u"-J" || flag == u"--replace") && !placeholder.text.isEmpty())
                for (auto& word : rest)
                    word.text.replace(placeholder.text, u"{}"_s);
        Word more;
        more.text = hole;
        more.dynamic = true;
        more.span = invocation.span;
        inner(rest + QList<Word>{more}, fed, depth);
    } else {
        inner(rest, invocation, depth);
    }
}

void Analysis::code(const QString& language, const Word& code, const Invocation& invocation, int depth)
{
    if (isOpaque(code))
        return report(u"interpreter"_s, u"runs code that is only known when it runs"_s, u"code.dynamic"_s, code.span);
    if (language == u"sh" || language.isEmpty())
        return script(code, invocation, depth, u"script"_s);
    auto found = scanCode(*m_rules, language, code.text, code.span);
    for (auto& finding : found.findings)
        report(std::move(finding));
    for (const auto& text : std::as_const(found.scripts)) {
        auto word = code;
        word.text = text;
        script(word, invocation, depth, language);
    }
}

void Analysis::inputAsCode(const QString& language, const Invocation& invocation, int depth)
{
    switch (invocation.input.kind) {
    case Input::Kind::Inherited:
        return;
    case Input::Kind::Literal: {
        auto fed = invocation;
        fed.input = {};
        return code(language, invocation.input.text, fed, depth);
    }
    case Input::Kind::File:
        if (invocation.input.text.text == u"/dev/null")
            return;
        if (language == u"sql" || language == u"mongo")
            return report(u"db"_s, u"runs SQL from a file"_s, u"code.sql-file"_s, invocation.input.text.span);
        if (invocation.input.text.unknown())
            return report(u"interpreter"_s, u"runs code that is only known when it runs"_s, u"code.dynamic"_s,
                          invocation.span);
        return runsFile(invocation.input.text, invocation, depth, language);
    case Input::Kind::Pipe:
        return report(language == u"sql" ? u"db"_s : u"remote-code"_s, u"runs what another command prints"_s,
                      u"code.piped"_s, invocation.span);
    }
}

void Analysis::interpreter(const InterpreterSpec& spec, const Invocation& invocation, int depth)
{
    const auto& argv = invocation.argv;
    const auto options = leadingOptions(argv, 1, spec.codeFlags + spec.valueFlags, spec.longSingleDash);
    QList<Word> positionals = argv.sliced(std::min<qsizetype>(options.rest, argv.size()));
    auto values = options.values;
    if (!spec.fileIsCode) { // options may stand behind other words (psql app -c …)
        for (qsizetype i = options.rest; i < argv.size(); ++i) {
            if (!argv[i].text.startsWith(u'-'))
                continue;
            const auto more = leadingOptions(argv, i, spec.codeFlags + spec.valueFlags, spec.longSingleDash);
            values << more.values;
            i = std::max(i, more.rest - 1);
        }
    }
    if (!spec.codeSub.isEmpty()) {
        const auto sub =
            std::ranges::find_if(positionals, [](const Word& word) { return !word.text.startsWith(u'-'); });
        if (sub == positionals.end() || !spec.codeSub.contains(sub->text))
            return;
    }
    bool hasCode = false;
    for (const auto& [flag, value] : std::as_const(values)) {
        if (!spec.codeFlags.contains(flag))
            continue;
        hasCode = true;
        code(spec.language, value, invocation, depth);
    }
    // The file that holds the code may be the input: awk -f -, psql -f /dev/stdin.
    static const QStringList fileFlags{u"-f"_s, u"--file"_s, u"-x"_s, u"--command"_s, u"-S"_s, u"-L"_s, u"--load"_s};
    for (const auto& [flag, value] : std::as_const(values))
        if (fileFlags.contains(flag) && !spec.codeFlags.contains(flag) &&
            (value.text == u"-" || value.text == u"/dev/stdin"))
            return inputAsCode(spec.language, invocation, depth);
    if (spec.language == u"ex") // vi +command
        for (const auto& word : argv.sliced(1))
            if (word.text.startsWith(u'+') && word.text.size() > 1) {
                auto command = word;
                command.text = word.text.sliced(1);
                code(spec.language, command, invocation, depth);
            }
    if (spec.codeFrom >= 0 && !hasCode) {
        QList<Word> plain;
        for (const auto& word : std::as_const(positionals))
            if (!word.text.startsWith(u'-') || plain.size() > spec.codeFrom)
                plain << word;
        if (spec.codeJoined && plain.size() > spec.codeFrom)
            plain = plain.first(spec.codeFrom) << joinedWord(plain.sliced(spec.codeFrom));
        for (qsizetype i = spec.codeFrom; i < plain.size(); ++i) {
            hasCode = true;
            code(spec.language, plain[i], invocation, depth);
            if (spec.codeOnce)
                break;
        }
        if (hasCode)
            return;
    }
    const bool quiet =
        std::ranges::any_of(spec.quietFlags, [&options](const QString& flag) { return options.flags.contains(flag); });
    if (hasCode || quiet)
        return;
    if (spec.inputIsCode && (!spec.fileIsCode || positionals.isEmpty())) {
        if (!spec.literalInputOnly || invocation.input.kind == Input::Kind::Literal)
            inputAsCode(spec.language, invocation, depth);
        return;
    }
    if (spec.fileIsCode && !positionals.isEmpty() && positionals.first().process)
        return report(u"remote-code"_s, u"runs what another command prints"_s, u"code.piped"_s, invocation.span);
    if (spec.fileIsCode && !positionals.isEmpty() &&
        !runsDescriptor(positionals.first(), invocation, depth, spec.language))
        runsFile(positionals.first(), invocation, depth, spec.language);
}

} // namespace switchyard::gate
