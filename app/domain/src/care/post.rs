use super::Post;
use crate::{
    actor::Author,
    clock::Timestamp,
    comments::CommentState,
    ids::{ReflectionId, RitualId, ShoutOutId, StoryId, Subject, SubjectKind},
    moderation::Standing,
    store::{Reader, Stored},
};

/// A post as the desk sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostSeen {
    pub author: Author,
    /// Of a story or a ritual.
    pub title: Option<String>,
    pub body: String,
    pub html: String,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    /// Where it stands.
    pub address: String,
    pub standing: Standing,
}

/// The post, while it is there.
pub async fn post_seen(reader: &mut dyn Reader, post: Post) -> Stored<Option<PostSeen>> {
    match post.comment {
        Some(id) => Ok(reader.comment(id).await?.and_then(|comment| {
            Some(PostSeen {
                standing: match comment.state {
                    CommentState::Published => Standing::Published,
                    CommentState::Held => Standing::Held,
                    CommentState::Hidden => Standing::Hidden,
                    CommentState::Gap => return None,
                },
                author: comment.author,
                title: None,
                body: comment.body,
                html: comment.html,
                created_at: comment.created_at,
                edited_at: comment.edited_at,
                address: format!("/comments/{id}"),
            })
        })),
        None => share_seen(reader, post.subject).await,
    }
}

async fn share_seen(
    reader: &mut dyn Reader,
    Subject { kind, id }: Subject,
) -> Stored<Option<PostSeen>> {
    let address = |room: &str| format!("/{room}/{}", id.simple());
    Ok(match kind {
        SubjectKind::Article => None,
        SubjectKind::Story => {
            let story = reader.story(StoryId::from_uuid(id)).await?;
            story.map(|story| PostSeen {
                author: story.author,
                title: Some(story.title),
                body: story.body,
                html: story.html,
                created_at: story.created_at,
                edited_at: story.edited_at,
                address: address("stories"),
                standing: story.standing,
            })
        }
        SubjectKind::Reflection => {
            let reflection = reader.reflection(ReflectionId::from_uuid(id)).await?;
            reflection.map(|reflection| PostSeen {
                author: reflection.author,
                title: None,
                body: reflection.body,
                html: reflection.html,
                created_at: reflection.created_at,
                edited_at: reflection.edited_at,
                address: address("reflections"),
                standing: reflection.standing,
            })
        }
        SubjectKind::ShoutOut => {
            let shout_out = reader.shout_out(ShoutOutId::from_uuid(id)).await?;
            shout_out.map(|shout_out| PostSeen {
                author: shout_out.author,
                title: None,
                body: shout_out.body,
                html: shout_out.html,
                created_at: shout_out.created_at,
                edited_at: shout_out.edited_at,
                address: address("shout-outs"),
                standing: shout_out.standing,
            })
        }
        SubjectKind::Ritual => {
            let ritual = reader.ritual(RitualId::from_uuid(id)).await?;
            ritual.map(|ritual| PostSeen {
                author: ritual.author,
                title: Some(ritual.text.title),
                body: ritual.text.body,
                html: ritual.text.html,
                created_at: ritual.created_at,
                edited_at: ritual.edited_at,
                address: address("rituals"),
                standing: ritual.standing,
            })
        }
    })
}
