#include "gate/analysis.h"

#include "gate/guards.h"

#include <QRegularExpression>

namespace switchyard::gate {

namespace {
constexpr int mostVariants = 12;

QString shown(const QList<Word>& argv)
{
    QStringList words;
    for (const auto& word : argv)
        words << QString(word.text).replace(hole, u'…');
    return words.join(u' ').left(400);
}

//! True when exactly one thing is named, and that alone is meant.
bool namesOneThing(const Arguments& arguments)
{
    if (arguments.positionals().size() != 1 || arguments.firstSplitting() < arguments.wordCount())
        return false;
    const auto& text = arguments.positionals().first().text;
    const bool pattern = text.contains(u'*') || text.contains(u'?') || text.contains(u'[') || text.contains(hole);
    return !pattern && !arguments.find(u"-r"_s, false) && !arguments.find(u"-R"_s, false) &&
           !arguments.find(u"--recursive"_s, true);
}

QString fillReason(QString reason, const Arguments& arguments, const Word& found)
{
    static const QRegularExpression oneOrMany(u"\\{([^{}|]*)\\|([^{}|]*)\\}"_s);
    reason.replace(oneOrMany, namesOneThing(arguments) ? u"\\1"_s : u"\\2"_s);
    reason.replace(u"{arg}"_s, QString(found.text).replace(hole, u'…').left(120));
    reason.replace(u"{program}"_s, arguments.program());
    return reason.simplified();
}
} // namespace

Analysis::Analysis(std::shared_ptr<const RuleBook> rules, Context context)
    : m_rules(std::move(rules)), m_context(std::move(context))
{
}

void Analysis::addScript(PendingScript script)
{
    if (script.depth > deepestUnfolding)
        return report(u"unreadable"_s, u"wraps commands in commands too deeply"_s, u"unfold.depth"_s, script.origin,
                      true);
    if (++m_scripts > mostScripts)
        return report(u"unreadable"_s, u"holds too many scripts"_s, u"unfold.many"_s, script.origin, true);
    m_pending << std::move(script);
}

std::optional<PendingScript> Analysis::nextScript()
{
    if (m_pending.isEmpty())
        return {};
    return m_pending.takeFirst();
}

bool Analysis::admit(const PendingScript& script)
{
    m_frame = {script, {}, int(m_nodes.size())};
    m_nodes.append(
        QJsonObject{{u"script"_s, script.text.left(4000)}, {u"from"_s, script.label}, {u"parent"_s, script.parent}});
    const auto guarded = checkText(script.text);
    for (const auto& finding : guarded.findings)
        report(finding);
    m_skipped = guarded.skipped;
    return script.text.size() <= longestScript;
}

void Analysis::unreadable(const PendingScript& script, const Error& error)
{
    report({Verdict::Confirm, u"unreadable"_s,
            error.code == ErrorCode::Invalid ? u"cannot be read as shell"_s : error.message, u"parse.failed"_s,
            Span{0, script.text.size()}, true});
}

void Analysis::parsed(const PendingScript& script, const QJsonObject& tree)
{
    m_frame.parsed = walk(tree, script.text, script.start);
    if (script.whole)
        m_straight = m_frame.parsed.straight;
    for (const auto& skipped : std::as_const(m_skipped)) {
        const bool agreed =
            skipped.length == 0 || std::ranges::any_of(m_frame.parsed.hereDocuments, [&skipped](const Span& body) {
                return body.start <= skipped.start && body.start + body.length >= skipped.start + skipped.length;
            });
        if (!agreed)
            report(u"unreadable"_s, u"parsers differ on where a here-document is"_s, u"guard.here-document"_s, skipped,
                   true);
    }
    for (const auto& finding : std::as_const(m_frame.parsed.findings))
        report(finding);
    // Bodies are judged where they stand; only what everybody takes for something else is worth a word.
    static const QStringList common{u"cd"_s,     u"ls"_s,   u"cat"_s,     u"echo"_s,    u"git"_s,
                                    u"grep"_s,   u"test"_s, u"printf"_s,  u"read"_s,    u"source"_s,
                                    u"export"_s, u"set"_s,  u"command"_s, u"builtin"_s, u"exec"_s,
                                    u"eval"_s,   u"true"_s, u"find"_s,    u"sed"_s,     u"npm"_s};
    for (const auto& function : std::as_const(m_frame.parsed.functions))
        if (common.contains(function))
            report(u"obfuscation"_s, u"gives the name of a common command (%1) another meaning"_s.arg(function),
                   u"shape.redefines"_s, Span{0, script.text.size()});
    m_currentCommands = {};
    for (const auto& invocation : std::as_const(m_frame.parsed.invocations))
        this->invocation(invocation, script.depth);
    auto node = m_nodes[m_frame.node].toObject();
    node.insert(u"commands"_s, m_currentCommands);
    m_nodes[m_frame.node] = node;
}

Span Analysis::outward(Span span) const
{
    return m_frame.script.whole ? span : m_frame.script.origin;
}

void Analysis::report(Finding finding)
{
    ++m_reports;
    finding.span = outward(finding.span);
    const auto same = [&finding](const Finding& other) {
        return other.rule == finding.rule && other.reason == finding.reason;
    };
    if (m_findings.size() < 100 && std::ranges::none_of(m_findings, same))
        m_findings << std::move(finding);
}

void Analysis::report(const QString& category, const QString& reason, const QString& rule, Span span, bool floor)
{
    report(Finding{Verdict::Confirm, category, reason, rule, span, floor});
}

void Analysis::invocation(const Invocation& invocation, int depth)
{
    environment(invocation);
    redirections(invocation);
    command(invocation, depth);
    variants(invocation, depth);
}

// The name of the program must be there to be read.
bool Analysis::checkName(const Invocation& invocation)
{
    const auto& name = invocation.argv.first();
    if (name.dynamic || name.unknown() || (name.glob && name.text != u"[")) {
        report(u"obfuscation"_s, u"which program runs is only known when it runs"_s, u"name.dynamic"_s, name.span);
        return false;
    }
    // {} is what find and xargs fill in; !word takes a command from the history of an interactive shell.
    if (name.text == u"{}" || (name.text.size() > 1 && name.text.startsWith(u'!'))) {
        report(u"obfuscation"_s, u"runs what it finds as a command"_s, u"name.placeholder"_s, name.span);
        return false;
    }
    if (name.text.isEmpty() ||
        std::ranges::any_of(name.text, [](QChar c) { return c.unicode() > 0x7e || c.unicode() < 0x21; })) {
        report(u"obfuscation"_s, u"the program's name holds unusual characters"_s, u"name.characters"_s, name.span);
        return false;
    }
    return true;
}

void Analysis::command(Invocation invocation, int depth)
{
    if (invocation.argv.isEmpty())
        return;
    const auto order = m_simpleCommands;
    if (++m_simpleCommands > mostInvocations)
        return report(u"unreadable"_s, u"holds more than %1 commands"_s.arg(mostInvocations), u"parse.many"_s,
                      invocation.span, true);
    if (depth > deepestUnfolding)
        return report(u"unreadable"_s, u"wraps commands in commands too deeply"_s, u"unfold.depth"_s, invocation.span,
                      true);
    const auto before = m_findings.size();
    const auto reports = m_reports;
    const auto inner = m_commands.size();
    if (checkName(invocation)) {
        const auto program = baseName(invocation.argv.first().text);
        const auto arguments = Arguments::read(invocation.argv, m_rules->table(program));
        applyRules(arguments, invocation);
        ownFiles(invocation);
        writes(arguments, invocation);
        unfold(arguments, invocation, depth);
    }
    if (m_reports > reports && m_commands.size() == inner)
        remember(invocation, order);
    QStringList rules;
    for (const auto& finding : m_findings.sliced(before))
        rules << finding.rule + u": "_s + finding.reason;
    m_currentCommands.append(QJsonObject{{u"command"_s, shown(invocation.argv)},
                                         {u"depth"_s, depth},
                                         {u"folder"_s, invocation.folder},
                                         {u"findings"_s, QJsonArray::fromStringList(rules)}});
}

void Analysis::remember(const Invocation& invocation, int order)
{
    constexpr qsizetype mostCommands = 20, mostWords = 200;
    if (m_commands.size() >= mostCommands)
        return;
    Judgement::Command command;
    command.folder = invocation.folder;
    command.order = order;
    for (const auto& word : invocation.argv.first(std::min(mostWords, invocation.argv.size())))
        command.words << Judgement::Command::Word{word.text, !word.unknown() && !word.dynamic, word.glob};
    if (invocation.argv.size() > mostWords)
        command.words << Judgement::Command::Word{QString(hole), false, false};
    m_commands << command;
}

void Analysis::applyRules(const Arguments& arguments, const Invocation& invocation)
{
    struct Match {
        const Rule* rule;
        Word found;
    };
    QList<Match> matched;
    bool userConfirms = false, userAllows = false, builtInSafe = false;
    const bool known = m_rules->knows(arguments.program()) || m_frame.parsed.functions.contains(arguments.program());
    for (const auto* rule : m_rules->rulesFor(arguments.program(), invocation.argv.first().text)) {
        Word found;
        if ((rule->unknownOnly && known) || !RuleBook::matches(*rule, arguments, &found))
            continue;
        if (rule->verdict == Verdict::Safe)
            (rule->fromUser ? userAllows : builtInSafe) = true;
        else
            userConfirms = userConfirms || rule->fromUser;
        matched << Match{rule, found};
    }
    // An allowance is for words that are all there to be read.
    userAllows = userAllows && std::ranges::none_of(invocation.argv, [](const Word& word) { return word.dynamic; });
    for (const auto& [rule, found] : std::as_const(matched)) {
        if (rule->verdict == Verdict::Safe)
            continue;
        const bool lowered = !rule->fromUser && (builtInSafe || (userAllows && !userConfirms && !rule->floor));
        if (lowered)
            continue;
        report(Finding{rule->verdict, rule->category, fillReason(rule->reason, arguments, found), rule->id,
                       invocation.span, rule->floor});
    }
}

// Words like $X whose values stand in the same script are tried with each value as well. It can only add reasons.
void Analysis::variants(const Invocation& invocation, int depth)
{
    int tried = 0;
    for (qsizetype i = 1; i < invocation.argv.size(); ++i) {
        const auto& word = invocation.argv[i];
        if (word.onlyVariable.isEmpty())
            continue;
        for (const auto& value : m_frame.parsed.variables.value(word.onlyVariable)) {
            if (value.unknown() || value.text.isEmpty() || ++tried > mostVariants)
                continue;
            auto variant = invocation;
            QList<Word> words;
            for (const auto& text : word.splits ? value.text.simplified().split(u' ') : QStringList{value.text}) {
                auto part = value;
                part.text = text;
                part.dynamic = part.splits = false;
                part.onlyVariable.clear();
                words << part;
            }
            variant.argv = invocation.argv.first(i) + words + invocation.argv.sliced(i + 1);
            command(variant, depth);
        }
    }
}

Judgement Analysis::judgement() const
{
    Judgement out;
    out.verdict = Verdict::Safe;
    out.commands = m_commands;
    out.simpleCommands = m_simpleCommands;
    out.straight = m_straight;
    auto findings = m_findings;
    const auto weight = [](const Finding& finding) {
        return (finding.verdict == Verdict::Deny ? 0 : 100) +
               (finding.category == u"unreadable" || finding.category == u"obfuscation" ? 10 : 0);
    };
    std::ranges::stable_sort(findings, {}, weight);
    for (const auto& finding : std::as_const(findings)) {
        out.floor = out.floor || finding.floor;
        if (!out.rules.contains(finding.rule))
            out.rules << finding.rule;
        if (out.verdict == Verdict::Safe) {
            out.verdict = finding.verdict;
            out.category = finding.category;
            out.rule = finding.rule;
        }
        if (!out.reasons.contains(finding.reason))
            out.reasons << finding.reason;
        if (finding.span.length > 0 && !out.marks.contains(finding.span))
            out.marks << finding.span;
    }
    return out;
}

QJsonObject Analysis::explanation() const
{
    QJsonArray findings;
    for (const auto& finding : m_findings)
        findings.append(QJsonObject{{u"verdict"_s, verdictName(finding.verdict)},
                                    {u"category"_s, finding.category},
                                    {u"reason"_s, finding.reason},
                                    {u"rule"_s, finding.rule},
                                    {u"start"_s, finding.span.start},
                                    {u"length"_s, finding.span.length},
                                    {u"floor"_s, finding.floor}});
    auto out = judgement().toJson();
    out.insert(u"scripts"_s, m_nodes);
    out.insert(u"findings"_s, findings);
    return out;
}

} // namespace switchyard::gate
