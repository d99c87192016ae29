#include "store/search.h"

namespace switchyard::store {

namespace {

constexpr qsizetype longestText = 4000, longestWord = 40, mostWords = 200;
const auto wordsNote = u"words_filled"_s;

bool standsAlone(QChar c)
{
    const auto script = c.script();
    return script == QChar::Script_Han || script == QChar::Script_Hiragana || script == QChar::Script_Katakana ||
           script == QChar::Script_Thai;
}

} // namespace

QStringList wordsOf(const QString& text)
{
    QStringList words;
    QString word;
    const auto end = [&] {
        if (!word.isEmpty() && words.size() < mostWords && !words.contains(word))
            words << word;
        word.clear();
    };
    for (const auto c : text.left(longestText).toLower()) {
        if (!c.isLetterOrNumber() && !c.isMark() && !c.isSurrogate()) {
            end();
            continue;
        }
        if (standsAlone(c) || word.size() >= longestWord)
            end();
        word += c;
        if (standsAlone(c))
            end();
    }
    end();
    return words;
}

QStringList wordsOf(const TaskSpec& spec)
{
    return wordsOf(spec.title + u'\n' + spec.goal);
}

QString wordText(const QStringList& words)
{
    return u' ' + words.join(u' ') + u' ';
}

Result<> fillWords(const Connection& connection)
{
    SY_TRY_ASSIGN(const auto filled, findNote(connection, wordsNote));
    if (!filled.isEmpty())
        return {};
    SY_TRY_ASSIGN(auto transaction, Transaction::begin(connection));
    RowWriter writer(connection);
    QStringList ids;
    SY_TRY_ASSIGN(auto rows, connection.run(u"SELECT id FROM task"_s));
    while (rows.next())
        ids << rows.value(0).toString();
    for (const auto& text : std::as_const(ids)) {
        const auto id = TaskId::parse(text);
        if (!id)
            continue;
        const auto row = findTask(connection, *id);
        if (!row || !*row) // one that cannot be read is not found by its words
            continue;
        const auto& task = (*row)->task;
        SY_TRY(writer.putWords(task));
        SY_TRY(connection.run(u"UPDATE task SET words = ? WHERE id = ?"_s,
                              {wordText(wordsOf(task.spec)), task.id().toString()}));
    }
    SY_TRY(writer.putNote(wordsNote, u"1"_s));
    return transaction.commit();
}

} // namespace switchyard::store
