#include "store/search.h"

#include <algorithm>

namespace switchyard::store {

namespace {

constexpr qsizetype longestText = 4000, longestWord = 40, mostWords = 200;
// A term that leads to more tasks than this is so common that walking down the newest ones meets a page of it sooner.
constexpr int commonTerm = 3000;
const auto wordsNote = u"words_filled"_s;

bool standsAlone(QChar c)
{
    const auto script = c.script();
    return script == QChar::Script_Han || script == QChar::Script_Hiragana || script == QChar::Script_Katakana ||
           script == QChar::Script_Thai;
}

//! The words that begin with a term lie between it and this.
QString endOfPrefix(const QString& term)
{
    return term + QString::fromUcs4(U"\U0010FFFF");
}

using Key = std::pair<qint64, QString>; // created, id

Result<QList<Key>> keysOf(const Connection& connection, const QString& term)
{
    SY_TRY_ASSIGN(auto rows,
                  connection.run(u"SELECT created, task FROM task_word WHERE word >= ? AND word < ? LIMIT ?"_s,
                                 {term, endOfPrefix(term), commonTerm + 1}));
    QList<Key> keys;
    while (rows.next())
        keys << Key(rows.value(0).toLongLong(), rows.value(1).toString());
    return keys;
}

//! The conditions on a row that the words alone do not answer.
struct Filter {
    QString sql;
    QVariantList values;
};

Filter filterOf(const TaskQuery& query, const QStringList& terms)
{
    Filter filter;
    for (const auto& term : terms) {
        filter.sql += u" AND words LIKE ?"_s; // terms hold letters and digits only: nothing to escape
        filter.values << u"% "_s + term + u'%';
    }
    if (!query.project.isEmpty()) {
        filter.sql += u" AND project = ?"_s;
        filter.values << query.project;
    }
    if (!query.statuses.isEmpty()) {
        QStringList marks;
        for (const auto status : query.statuses) {
            marks << u"?"_s;
            filter.values << statusName(status);
        }
        filter.sql += u" AND status IN (%1)"_s.arg(marks.join(u','));
    }
    return filter;
}

//! Down the tasks that the rarest term leads to.
Result<Found> fromKeys(const Connection& connection, QList<Key> keys, const Filter& filter, const TaskQuery& query)
{
    std::ranges::sort(keys, std::greater());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    Found found;
    if (filter.sql.isEmpty()) {
        found.total = int(keys.size());
        for (const auto& key : keys.mid(query.offset, query.limit))
            found.ids << key.second;
        return found;
    }
    SY_TRY_ASSIGN(auto one, connection.prepare(u"SELECT 1 FROM task WHERE id = ?"_s + filter.sql));
    for (const auto& key : std::as_const(keys)) {
        SY_TRY(Connection::again(one, QVariantList{key.second} + filter.values));
        const bool fits = one.next();
        one.finish();
        if (!fits)
            continue;
        if (found.total++ >= query.offset && found.ids.size() < query.limit)
            found.ids << key.second;
        if (found.total > query.offset + query.limit) // one more than shown: there are more
            break;
    }
    return found;
}

//! Down all tasks, from the newest.
Result<Found> fromNewest(const Connection& connection, const Filter& filter, const TaskQuery& query)
{
    SY_TRY_ASSIGN(auto rows, connection.run(u"SELECT id FROM task WHERE 1 = 1"_s + filter.sql +
                                                u" ORDER BY created DESC, id DESC LIMIT ? OFFSET ?"_s,
                                            filter.values + QVariantList{query.limit + 1, query.offset}));
    Found found;
    found.total = query.offset;
    for (; rows.next(); ++found.total) {
        if (found.ids.size() < query.limit)
            found.ids << rows.value(0).toString();
    }
    return found;
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

Result<Found> searchTasks(const Connection& connection, const TaskQuery& query)
{
    const auto terms = wordsOf(query.text);
    if (terms.isEmpty()) // signs alone: no task is found by them
        return Found{};
    std::optional<QList<Key>> fewest;
    QString rarest;
    for (const auto& term : terms) {
        SY_TRY_ASSIGN(auto keys, keysOf(connection, term));
        if (keys.size() <= commonTerm && (!fewest || keys.size() < fewest->size())) {
            fewest = std::move(keys);
            rarest = term;
        }
    }
    if (!fewest)
        return fromNewest(connection, filterOf(query, terms), query);
    auto others = terms;
    others.removeOne(rarest);
    return fromKeys(connection, std::move(*fewest), filterOf(query, others), query);
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
