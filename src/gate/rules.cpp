#include "gate/rules.h"

#include "gate/words.h"

namespace switchyard::gate {

namespace {
constexpr int subCommandReach = 4; // how far in "..." looks

// The number of positional words the sub-command takes, or -1.
int subLength(const QStringList& way, const Arguments& arguments)
{
    const auto& words = arguments.positionals();
    const auto same = [](const QString& pattern, const Word& word) {
        return std::ranges::any_of(pattern.split(u'|'),
                                   [&word](const QString& p) { return globMatches(p, word.text); });
    };
    if (way.first() == u"...") {
        for (int i = 0; i < std::min<qsizetype>(words.size(), subCommandReach); ++i)
            if (same(way[1], words[i]))
                return i + 1;
        return -1;
    }
    if (words.size() < way.size())
        return -1;
    for (int i = 0; i < way.size(); ++i)
        if (!same(way[i], words[i]))
            return -1;
    return int(way.size());
}

bool namesProgram(const Rule& rule, const QString& program, const QString& path)
{
    return std::ranges::any_of(rule.programs, [&](const QString& pattern) {
        return globMatches(pattern, pattern.contains(u'/') ? path : program);
    });
}

bool flagWithValue(const Rule& rule, const Arguments& arguments, Word* found)
{
    for (const auto& flag : arguments.flags()) {
        const auto wanted = rule.flagValue.constFind(flag.name);
        if (wanted == rule.flagValue.cend() || !flag.value)
            continue;
        if (anyGlobMatches(*wanted, flag.value->text)) {
            *found = *flag.value;
            return true;
        }
    }
    return false;
}
} // namespace

bool RuleBook::matches(const Rule& rule, const Arguments& arguments, Word* found)
{
    int taken = 0;
    if (!rule.sub.isEmpty()) {
        taken = -1;
        for (const auto& way : rule.sub)
            taken = std::max(taken, subLength(way, arguments));
        if (taken < 0)
            return false;
    }
    for (const auto& way : rule.unlessSub)
        if (subLength(way.split(u' '), arguments) >= 0)
            return false;
    if (!rule.firstWord.isEmpty() && !anyGlobMatches(rule.firstWord, arguments.firstWord()))
        return false;
    // What lowers a verdict must really be there; what raises one again may be as loosely spelled as the program takes
    // it.
    const bool allows = rule.verdict == Verdict::Safe;
    const auto surely = [&arguments](const QString& name) { return arguments.lowers(name); };
    const auto perhaps = [&arguments](const QString& name) { return arguments.find(name, true) != nullptr; };
    if (allows ? std::ranges::any_of(rule.unlessFlag, perhaps) : std::ranges::any_of(rule.unlessFlag, surely))
        return false;
    if (allows && std::ranges::none_of(rule.anyFlag, surely) &&
        arguments.firstSplitting() < qsizetype(arguments.wordCount()))
        return false;
    const auto rest = arguments.positionals().sliced(std::min<qsizetype>(taken, arguments.positionals().size()));
    if (rest.size() < rule.minArgs || rest.size() > rule.maxArgs)
        return false;
    for (const auto& word : rest)
        if (anyGlobMatches(rule.unlessArg, word.text))
            return false;
    const bool beginnings = !allows;
    for (const auto& flag : rule.allFlag)
        if (!arguments.find(flag, beginnings))
            return false;
    if (!rest.isEmpty())
        *found = rest.first();
    if (rule.anyFlag.isEmpty() && rule.anyArg.isEmpty() && rule.flagValue.isEmpty() && !rule.argRegex &&
        rule.anyWord.isEmpty())
        return true;
    if (allows ? std::ranges::any_of(rule.anyFlag, surely) : std::ranges::any_of(rule.anyFlag, perhaps))
        return true;
    if (std::ranges::any_of(rule.anyWord, [&](const QString& w) { return arguments.hasWord(w); }))
        return true;
    if (flagWithValue(rule, arguments, found))
        return true;
    for (const auto& word : rule.lastArg && !rest.isEmpty() ? QList<Word>{rest.last()} : rest)
        if (anyGlobMatches(rule.anyArg, word.text) || (rule.argRegex && rule.argRegex->match(word.text).hasMatch())) {
            *found = word;
            return true;
        }
    return false;
}

template <typename T>
const T* RuleBook::look(const ByProgram<T>& map, const QString& program)
{
    if (const auto found = map.constFind(program); found != map.cend() && program != u"*")
        return &found->first().second;
    const auto globbed = map.constFind(u"*"_s); // names with a pattern
    if (globbed == map.cend())
        return nullptr;
    for (const auto& [pattern, value] : *globbed)
        if (globMatches(pattern, program))
            return &value;
    return nullptr;
}

const ProgramTable& RuleBook::table(const QString& program) const
{
    static const ProgramTable none;
    const auto found = look(m_tables, program);
    return found ? *found : none;
}

const WrapperSpec* RuleBook::wrapper(const QString& program, const Arguments& arguments, QString* id) const
{
    const auto found = m_wrappers.constFind(program);
    if (found == m_wrappers.cend())
        return nullptr;
    for (const auto& [name, spec] : *found) {
        const auto fits = [&arguments](const QString& way) { return subLength(way.split(u' '), arguments) >= 0; };
        if (std::ranges::any_of(spec.unlessSub, fits))
            continue;
        if (spec.sub.isEmpty() || std::ranges::any_of(spec.sub, fits)) {
            *id = name;
            return &spec;
        }
    }
    return nullptr;
}

const InterpreterSpec* RuleBook::interpreter(const QString& program) const
{
    return look(m_interpreters, program);
}

QList<const InterpreterSpec*> RuleBook::interpreters(const QString& program) const
{
    QList<const InterpreterSpec*> out;
    if (const auto found = m_interpreters.constFind(program); found != m_interpreters.cend())
        for (const auto& [name, spec] : *found)
            out << &spec;
    else if (const auto* spec = look(m_interpreters, program))
        out << spec;
    return out;
}

const WritesSpec* RuleBook::writes(const QString& program) const
{
    return look(m_writes, program);
}

QString RuleBook::handler(const QString& program) const
{
    const auto found = look(m_handlers, program);
    return found ? *found : QString();
}

bool RuleBook::knows(const QString& program) const
{
    return m_byProgram.contains(program) || m_wrappers.contains(program) || look(m_tables, program) ||
           look(m_interpreters, program) || look(m_handlers, program) || m_writes.contains(program);
}

bool RuleBook::acts(const QString& program) const
{
    const auto always = [](const std::shared_ptr<Rule>& rule) {
        static const QStringList kinds{u"fs-delete"_s, u"perms"_s, u"process"_s, u"privilege"_s, u"disk"_s};
        return rule->verdict != Verdict::Safe && kinds.contains(rule->category) && rule->sub.isEmpty() &&
               rule->anyFlag.isEmpty() && rule->anyArg.isEmpty() && rule->flagValue.isEmpty() && !rule->argRegex &&
               rule->anyWord.isEmpty();
    };
    return std::ranges::any_of(m_byProgram.value(program), always) || m_wrappers.contains(program) ||
           look(m_interpreters, program) || handler(program) == u"shell" || program == u"git";
}

QList<const Rule*> RuleBook::rulesFor(const QString& program, const QString& path) const
{
    QList<const Rule*> out;
    for (const auto& rule : m_byProgram.value(program))
        out << rule.get();
    for (const auto& rule : m_globbed)
        if (namesProgram(*rule, program, path))
            out << rule.get();
    return out;
}

Result<> RuleBook::checkExamples(const Rule& rule, const QString& where) const
{
    const auto hits = [&](const QString& example) -> std::optional<bool> {
        const auto words = splitPlain(example);
        if (!words || words->isEmpty())
            return {};
        const auto program = baseName(words->first().text);
        Word found;
        return namesProgram(rule, program, words->first().text) &&
               matches(rule, Arguments::read(*words, table(program)), &found);
    };
    for (const bool wanted : {true, false})
        for (const auto& example : wanted ? rule.match : rule.notMatch) {
            const auto hit = hits(example);
            if (!hit)
                return fail(ErrorCode::Invalid,
                            u"%1: rule %2: the example \"%3\" is not a plain command."_s.arg(where, rule.id, example));
            if (*hit != wanted)
                return fail(ErrorCode::Invalid,
                            u"%1: rule %2 %3 \"%4\"."_s.arg(where, rule.id, wanted ? u"does not match"_s : u"matches"_s,
                                                            example),
                            u"Correct the rule or its example."_s);
        }
    return {};
}

} // namespace switchyard::gate
