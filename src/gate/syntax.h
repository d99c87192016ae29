#pragma once

#include "gate/gate.h"

//! What the walker finds in a shell script, without rules: words whose quotes are gone, and the simple commands.
namespace switchyard::gate {

using namespace Qt::StringLiterals;
using Span = Judgement::Span;

//! Stands in a word's text for a piece that only the running shell knows.
constexpr QChar hole = u'\uFFFC';

struct Word {
    QString text;          //!< quotes and escapes removed; unknown pieces are `hole`
    bool dynamic = false;  //!< holds an expansion or substitution, known value or not
    bool splits = false;   //!< an unquoted expansion: may become no word or several
    bool process = false;  //!< a process substitution: a file that another command fills
    bool glob = false;     //!< an unquoted * ? or [
    QStringList variables; //!< names of the parameters in it
    Span span{};
    QString onlyVariable; //!< the word is this one parameter and nothing else
    bool unknown() const { return text.contains(hole); }
    bool literal() const { return !dynamic && !glob; }
};

struct Assignment {
    QString name;
    Word value;
    bool hasValue = true;
};

struct Redirection {
    QString op; //!< as written: ">", ">>", "<<<", "&>"…
    Word target;
    std::optional<Word> body; //!< of a here-document
    bool bodyQuoted = false;
    bool writes() const { return op.contains(u'>') && op != u">&" && op != u"<(" && !op.isEmpty(); }
};

//! What a command reads: nothing known (inherited), a text in the script, or the output of something that runs.
struct Input {
    enum class Kind { Inherited, Literal, Pipe, File };
    Kind kind = Kind::Inherited;
    Word text; //!< Literal: what is read; File: its name
};

//! One simple command that would run if the flow reached it.
struct Invocation {
    QList<Assignment> assignments;
    QList<Word> argv;
    QList<Redirection> redirections;
    Input input;
    QString folder;        //!< after the cd commands before it: relative to the start, or absolute, or `hole`
    bool declares = false; //!< export, declare, local…
    bool pipesOut = false;
    Span span{};
};

struct Finding {
    Verdict verdict = Verdict::Confirm;
    QString category;
    QString reason;
    QString rule;
    Span span{};
    bool floor = false; //!< no rule of the user's can allow it
};

} // namespace switchyard::gate
