#include "client/intents.h"

#include <QRegularExpression>

namespace switchyard::client {

namespace {

using Kind = Intent::Kind;

constexpr qsizetype longestSentence = 200; // longer ones are goals
constexpr auto polite = u"(?:(?:hey|ok|okay|please|could you|can you|would you|now|and),?\\s+)*";
constexpr auto noun = u"(?:the |my |this |that |current )*(?:(?:background|coding|running|current) )*"
                      "(?:task|job|session|run|coding|agent|work)";
constexpr auto id = u"#?(?<id>[0-9a-fA-F]{6})";

QRegularExpression sentence(const QString& words)
{
    return QRegularExpression(u"^"_s + QString::fromUtf16(polite) + u"(?:"_s + words + u")(?:,? please)?[.!?\\s]*$"_s,
                              QRegularExpression::CaseInsensitiveOption);
}

struct Rule {
    Kind kind;
    QRegularExpression words;
};

const std::vector<Rule>& rules()
{
    static const auto all = [] {
        const auto n = QString::fromUtf16(noun), i = QString::fromUtf16(id);
        const auto target = u"(?:(?:%1 )?%2|%1|it)"_s.arg(n, i); // "task abc123", "abc123", "the background task"
        const auto named = u"(?:(?:%1 )?%2)"_s.arg(n, i);
        std::vector<Rule> made;
        const auto add = [&](Kind kind, const QString& words) { made.push_back({kind, sentence(words)}); };
        add(Kind::Cancel, u"(?:cancel|stop|abort|kill|end|terminate)(?: working on)? %1"_s.arg(target));
        add(Kind::Cancel, u"(?:cancel|abort)"_s);
        add(Kind::Pause, u"(?:pause|hold|suspend) %1"_s.arg(target));
        add(Kind::Resume, u"(?:resume|continue|unpause)(?: with)? %1"_s.arg(target));
        add(Kind::Retry, u"(?:retry|rerun|restart|try) %1(?: again)?"_s.arg(target));
        add(Kind::Progress,
            u"(?:check|show|tell|give)(?: me| us)?(?: on)?(?: the| my)?(?: progress| status)?(?: of| on| for)? %1"_s
                .arg(named));
        add(Kind::Progress, u"(?:what(?:'s|’s| is) the )?(?:progress|status|state)(?: of| on| for) %1"_s.arg(target));
        add(Kind::Progress,
            u"(?:how(?:'s|’s| is)|what about) %1(?: (?:going|doing|coming along|progressing))?"_s.arg(named));
        add(Kind::Progress, u"is %1 (?:done|finished|ready|still running)(?: yet)?"_s.arg(named));
        add(Kind::Overview,
            u"how(?:'s|’s| is| are|s)(?: the| my| our| all the)? (?:coding|task|tasks|work|background task|background "
            "tasks|agent|agents|build|it|it all|everything|things)(?: (?:going|doing|coming along|progressing))*"_s);
        add(Kind::Overview,
            u"(?:check|show|tell|give)(?: me| us)?(?: the| my)? (?:progress|status|tasks|coding progress)"_s);
        add(Kind::Overview,
            u"(?:what(?:'s|’s| is)(?: the| my)? )?(?:coding )?(?:progress|status)(?: of (?:the|my) tasks)?"_s);
        add(Kind::Overview, u"(?:what(?:'s|’s| is| are)(?: the| my)? (?:running|happening|going on|tasks|tasks doing)|"
                            "what (?:needs|waits for|is waiting for) me|(?:list|show)(?: all| my| the)* tasks)"_s);
        add(Kind::Deny, u"(?:deny|refuse|reject|no|don't|do not)(?: it| that| this| the command| that command)?"_s);
        return made;
    }();
    return all;
}

//! Takes "with detailed updates" and "in the background" off a goal.
void cleanGoal(Intent& intent)
{
    static const QRegularExpression updates(
        u"[,;]?\\s*(?:(?:and )?(?:give me|send me) |with |and )?(detailed|minimal) updates[.!]?\\s*$"_s,
        QRegularExpression::CaseInsensitiveOption);
    if (const auto match = updates.match(intent.text); match.hasMatch()) {
        intent.verbosity = match.captured(1).toLower();
        intent.text = intent.text.left(match.capturedStart()).trimmed();
    }
    static const QRegularExpression background(u"\\s+in (?:the )?background[.!]?\\s*$"_s,
                                               QRegularExpression::CaseInsensitiveOption);
    if (const auto match = background.match(intent.text); match.hasMatch())
        intent.text = intent.text.left(match.capturedStart()).trimmed();
}

} // namespace

Intent parseIntent(const QString& line, bool commandWaits)
{
    const auto text = line.trimmed();
    if (text.isEmpty())
        return {};
    if (commandWaits) {
        static const QRegularExpression bare(u"^\\d{3,64}$"_s),
            said(u"^(?:my )?(?:code(?: is)?|confirm)[: ]\\s*(\\S+)$"_s, QRegularExpression::CaseInsensitiveOption);
        if (bare.match(text).hasMatch())
            return {.kind = Kind::Allow, .code = Secret(text.toUtf8())};
        if (const auto match = said.match(text); match.hasMatch())
            return {.kind = Kind::Allow, .code = Secret(match.captured(1).toUtf8())};
    }
    for (const auto& rule : rules()) {
        if (text.size() > longestSentence)
            break;
        if (rule.kind == Kind::Deny && !commandWaits)
            continue;
        const auto match = rule.words.match(text);
        if (!match.hasMatch())
            continue;
        Intent intent{.kind = rule.kind};
        if (const auto task = TaskId::parse(match.captured(u"id"_s)))
            intent.task = *task;
        return intent;
    }
    static const QRegularExpression tell(
        u"^(?:please )?(?:tell|message|guide|to)(?: task)? #?([0-9a-f]{6})[:,]?\\s+(?:to |that )?(.+)$"_s,
        QRegularExpression::CaseInsensitiveOption | QRegularExpression::DotMatchesEverythingOption);
    if (const auto match = tell.match(text); match.hasMatch()) {
        if (const auto task = TaskId::parse(match.captured(1)))
            return {.kind = Kind::Tell, .task = *task, .text = match.captured(2).trimmed()};
    }
    Intent intent{.kind = Kind::Start, .text = text};
    cleanGoal(intent);
    if (intent.text.isEmpty())
        intent.text = text;
    return intent;
}

} // namespace switchyard::client
