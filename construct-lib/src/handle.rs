//! Constructs stand for what they are wherever a property refers to such a thing: `&role` where
//! a role's ARN or name is wanted.

use crate::value::{IntoVal, Val, kind};
use crate::{Alarm, Bucket, Function, LogGroup, Queue, Role, Topic};

macro_rules! handles {
    ($( $handle:ty { $( $method:ident: $($kind:ident)*; )* } )*) => { $( $( $(
        #[diagnostic::do_not_recommend]
        impl IntoVal<kind::$kind> for &$handle {
            fn into_val(self) -> Val<kind::$kind> {
                self.$method().into_val()
            }
        }
    )* )* )* };
}

handles! {
    Alarm { arn: AlarmArn; }
    Bucket { arn: BucketArn; name: BucketName; }
    Function { arn: FunctionArn AnyFunction; name: FunctionName; }
    LogGroup { arn: LogGroupArn; name: LogGroupName; }
    Role { arn: RoleArn AnyRole; name: RoleName; }
    Topic { arn: TopicArn; name: TopicName; }
}

macro_rules! queues {
    ($( $method:ident: $kind:ident; )*) => { $(
        #[diagnostic::do_not_recommend]
        impl<O> IntoVal<kind::$kind> for &Queue<O> {
            fn into_val(self) -> Val<kind::$kind> {
                self.$method()
            }
        }
    )* };
}

queues! {
    arn: QueueArn;
    name: QueueName;
    url: QueueUrl;
}
